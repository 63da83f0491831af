using System.Globalization;

namespace Mayfly.Native;

/// <summary>Where a path leads to.</summary>
internal static class RealPath
{
    /// <summary>The same place by a path without links.</summary>
    /// <exception cref="FileCallException">There is nothing.</exception>
    public static string Of(string path)
    {
        var descriptor = FileCalls.OpenAt(FileCalls.CurrentDirectory, path, OpenFlags.PathOnly | OpenFlags.CloseOnExec, 0);
        if (descriptor < 0)
        {
            throw FileCallException.FromLastError(path);
        }

        try
        {
            return new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}")).LinkTarget ?? path;
        }
        finally
        {
            _ = FileCalls.Close(descriptor);
        }
    }
}
