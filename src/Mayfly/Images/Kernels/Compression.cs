using System.IO.Compression;
using Mayfly.Diagnostics;
using Mayfly.Images.Tools;

namespace Mayfly.Images.Kernels;

/// <summary>A way in which kernels and modules are compressed.</summary>
/// <param name="Name">Its name for messages.</param>
/// <param name="Suffix">The end of a compressed module's name.</param>
/// <param name="Magic">The first bytes of the compressed form.</param>
/// <param name="Tool">The program that undoes it, with -dc; null for gzip, which is done here.</param>
internal sealed record Compression(string Name, string Suffix, ReadOnlyMemory<byte> Magic, Tool? Tool)
{
    public static Compression Gzip { get; } = new("gzip", ".gz", new byte[] { 0x1f, 0x8b }, null);

    public static Compression Lz4 { get; } = new("lz4", ".lz4", new byte[] { 0x02, 0x21, 0x4c, 0x18 }, Tool.Lz4);

    public static Compression Xz { get; } = new("xz", ".xz", new byte[] { 0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00 }, Tool.Xz);

    public static Compression Zstd { get; } = new("zstd", ".zst", new byte[] { 0x28, 0xb5, 0x2f, 0xfd }, Tool.Zstd);

    /// <summary>Those that are known.</summary>
    public static IReadOnlyList<Compression> All { get; } = [Gzip, Lz4, Xz, Zstd];

    /// <summary>The one that made these bytes; null for none of them.</summary>
    public static Compression? Of(ReadOnlyMemory<byte> head)
        => All.FirstOrDefault(compression => head.Span.StartsWith(compression.Magic.Span));

    /// <summary>Undoes it.</summary>
    /// <exception cref="SandboxImageException">The tool is missing, or the bytes are damaged.</exception>
    public async Task DecompressAsync(Stream source, Stream target, CancellationToken cancellationToken)
    {
        if (Tool is null)
        {
            try
            {
                var gzip = new GZipStream(source, CompressionMode.Decompress, leaveOpen: true);
                await using (gzip.ConfigureAwait(false))
                {
                    await gzip.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (InvalidDataException exception)
            {
                throw Damaged(exception.Message, exception);
            }

            return;
        }

        var process = ToolProcess.Start(Tool, ["-dc"]);
        await using (process.ConfigureAwait(false))
        {
            var feeding = FeedAsync(source, process.Input, cancellationToken);
            await process.Output.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
            var exit = await process.WaitAsync(cancellationToken).ConfigureAwait(false);
            await feeding.ConfigureAwait(false);
            if (exit.Code != 0)
            {
                throw Damaged($"{Tool.Program} ended with {exit}", null);
            }
        }
    }

    private static async Task FeedAsync(Stream source, Stream input, CancellationToken cancellationToken)
    {
        try
        {
            await using (input.ConfigureAwait(false))
            {
                await source.CopyToAsync(input, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // The tool gave up before the end; its exit code and its words say why.
        }
    }

    private SandboxImageException Damaged(string why, Exception? cause)
        => new(ErrorCode.ImageBuildFailed, $"{Name} data of the kernel package can't be decompressed: {why}", cause);
}
