using System.Globalization;
using System.Text;

namespace Mayfly.Diagnostics;

/// <summary>
/// Files and directories that may go away while they are read, as those of /proc and /sys do, or that are not for us to
/// read. Neither is an error: what can't be read is not there.
/// </summary>
internal static class KernelFile
{
    /// <summary>The text; null where it can't be read. What is no UTF-8 is replaced.</summary>
    public static string? TryRead(string path)
    {
        try
        {
            // To the end, wherever that is: the length that /sys gives is a page, and that of /proc nothing. FileShare
            // keeps .NET from taking a flock of its own.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The lines; none where it can't be read.</summary>
    public static string[] Lines(string path) => TryRead(path)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>What a link of /proc says, without following it; null where it can't be read.</summary>
    public static string? TryReadLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The names in a directory; none where it can't be read.</summary>
    public static IReadOnlyList<string> Names(string directory) => Names(directory, Directory.EnumerateFileSystemEntries);

    /// <summary>The names of the directories in a directory, links to some included; none where it can't be read.</summary>
    public static IReadOnlyList<string> DirectoryNames(string directory) => Names(directory, Directory.EnumerateDirectories);

    /// <summary>Since when something is as it is, as a phrase; empty where that can't be told.</summary>
    public static string Since(string path)
    {
        try
        {
            var written = File.GetLastWriteTimeUtc(path);
            return written > DateTime.UnixEpoch ? Since(written) : "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Since when something is as it is, as a phrase.</summary>
    public static string Since(DateTime utc) => string.Create(CultureInfo.InvariantCulture, $"since {utc:yyyy-MM-dd HH:mm:ss}Z");

    private static IReadOnlyList<string> Names(string directory, Func<string, IEnumerable<string>> enumerate)
    {
        try
        {
            return [.. enumerate(directory).Select(path => Path.GetFileName(path))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
