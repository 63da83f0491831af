using Mayfly.Images.Tools;

namespace Mayfly.Layers;

/// <summary>
/// Makes an EROFS image of a folder. The same folder makes the same bytes: all of it is root's, of one time, of a file system
/// without an id of its own, and without extended attributes. Nothing is compressed, as an emulated processor would have to
/// undo it each time.
/// </summary>
internal static class ErofsImage
{
    /// <summary>2 January 1980 UTC: what packs files into a zip archive refuses those older than 1980, in any time zone.</summary>
    private const string Time = "-T315619200";

    private const string NoId = "-U00000000-0000-0000-0000-000000000000";
    private const int BlockBytes = 4096;

    /// <summary>Writes it.</summary>
    /// <param name="source">How messages name what it is made of.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="target">The image, which does not exist yet.</param>
    /// <param name="cancellationToken">Ends the tool.</param>
    /// <exception cref="SandboxImageException">MAY5002: the tool is missing. MAY5006: it fails.</exception>
    public static async Task MakeAsync(string source, string folder, string target, CancellationToken cancellationToken)
    {
        var process = ToolProcess.Start(Tool.MakeErofs, ["--quiet", "-x-1", Time, NoId, "--all-root", target, folder]);
        await using (process.ConfigureAwait(false))
        {
            await process.Output.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            var end = await process.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (end.Code != 0 || !File.Exists(target))
            {
                throw LayerErrors.Failed(source, $"mkfs.erofs ended with {end}");
            }
        }
    }

    /// <summary>Gives it the size of its slot, where it has one; the file system knows its own.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1018: it has not enough room there.</exception>
    public static void Fit(string source, string image, ByteSize? slot)
    {
        using var file = new FileStream(image, FileMode.Open, FileAccess.Write);
        var bytes = Blocks(slot?.Bytes ?? file.Length);
        if (file.Length > bytes)
        {
            throw LayerErrors.Unusable(source, $"its image of {new ByteSize(file.Length)} is more than its slot of {slot} holds");
        }

        file.SetLength(bytes);
    }

    /// <summary>That many bytes, rounded up to whole blocks.</summary>
    public static long Blocks(long bytes) => (bytes + BlockBytes - 1) / BlockBytes * BlockBytes;
}
