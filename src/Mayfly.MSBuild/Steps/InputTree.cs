using System.IO.Enumeration;

namespace Mayfly.MSBuild.Steps;

/// <summary>What is pushed for an input: itself, and everything below it.</summary>
internal static class InputTree
{
    /// <summary>
    /// Files, folders and links below a path and the path itself, in a stable order. As with a push, a link is followed where it is the path
    /// itself, and sent as it is below.
    /// </summary>
    public static IEnumerable<FileSystemInfo> Of(string path)
    {
        if (!Directory.Exists(path))
        {
            var file = new FileInfo(path);
            return [file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) ?? file];
        }

        var below = new FileSystemEnumerable<FileSystemInfo>(path, (ref FileSystemEntry entry) => entry.ToFileSystemInfo(), Everything)
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        return below.OrderBy(entry => entry.FullName, StringComparer.Ordinal).Prepend(new DirectoryInfo(path));
    }

    private static EnumerationOptions Everything => new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
    };
}
