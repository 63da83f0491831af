namespace Mayfly.MSBuild.Outputs;

/// <summary>Whether a file that is to be replaced is what would replace it.</summary>
internal static class SameFile
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Same bytes and same mode; a link is no file, whatever it leads to, and what can't be read is another.</summary>
    /// <param name="source">A file that is there.</param>
    /// <param name="target">What may be there.</param>
    public static bool IsAt(string source, string target)
    {
        var (fresh, old) = (new FileInfo(source), new FileInfo(target));
        if (!old.Exists || old.LinkTarget is not null || old.Length != fresh.Length || old.UnixFileMode != fresh.UnixFileMode)
        {
            return false;
        }

        try
        {
            // What has no length may be a pipe that waits for a writer, so that it is not opened.
            return fresh.Length == 0 || HaveSameBytes(source, target);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool HaveSameBytes(string source, string target)
    {
        using var fresh = Open(source);
        using var old = Open(target);
        var (one, other) = (new byte[BufferBytes], new byte[BufferBytes]);
        while (true)
        {
            var count = fresh.ReadAtLeast(one, BufferBytes, throwOnEndOfStream: false);
            if (old.ReadAtLeast(other, BufferBytes, throwOnEndOfStream: false) != count || !one.AsSpan(0, count).SequenceEqual(other.AsSpan(0, count)))
            {
                return false;
            }

            if (count < BufferBytes)
            {
                return true;
            }
        }
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
}
