using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden;

/// <summary>Where a sandbox's directory is.</summary>
/// <param name="Root">The runtime directory; absolute.</param>
/// <param name="Id">The sandbox's id, which is the directory's name.</param>
internal sealed record SandboxPlace(string Root, string Id)
{
    private const int MaxIdChars = 24;

    public string Directory => $"{Root}/{Id}";

    public string LockPath => $"{Directory}/{ResourceNames.LockFile}";

    public string FactsPath => $"{Directory}/{ResourceNames.FactsFile}";

    public string HandlesPath => $"{Directory}/{ResourceNames.HandlesFile}";

    /// <summary>The directory's name while it is being removed.</summary>
    public string DiscardedDirectory => $"{Root}/{ResourceNames.DiscardedPrefix}{Id}";

    public string EndPath => $"{Directory}/{ResourceNames.EndFile}";

    /// <returns>The place; null where the root is not absolute or the id could be anything but a name of ours.</returns>
    public static SandboxPlace? TryCreate(string root, string id) =>
        root is ['/', _, ..] && id.Length is > 0 and <= MaxIdChars && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && id[0] != '-'
            ? new SandboxPlace(root.TrimEnd('/'), id)
            : null;

    /// <summary>Whether a path, read as it stands, lies below the directory.</summary>
    public bool Holds(string path) =>
        path.StartsWith(Directory + '/', StringComparison.Ordinal)
        && path[(Directory.Length + 1)..].Split('/').All(name => name is not ("" or "." or "..") && !name.Contains('\0', StringComparison.Ordinal));

    /// <summary>The sandboxes below a root, dead or alive; names that begin with a dot are others' business.</summary>
    public static IReadOnlyList<SandboxPlace> FindAll(string root) =>
        [.. DirectoriesIn(root).Select(name => TryCreate(root, name)).OfType<SandboxPlace>()];

    /// <summary>The sandboxes below a root whose directory was being removed when its remover died, or could not be removed.</summary>
    public static IReadOnlyList<SandboxPlace> FindDiscarded(string root) =>
    [
        .. DirectoriesIn(root)
            .Where(name => name.StartsWith(ResourceNames.DiscardedPrefix, StringComparison.Ordinal))
            .Select(name => new SandboxPlace(root.TrimEnd('/'), name[ResourceNames.DiscardedPrefix.Length..])),
    ];

    /// <summary>
    /// Removes the directory with all that is in it. Its first step takes the name away, so that nobody finds half of it, or
    /// makes its lock anew while it goes.
    /// </summary>
    /// <returns>What went wrong; null where nothing is left.</returns>
    public string? Discard()
    {
        if (Libc.Rename(Directory, DiscardedDirectory) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            return errno == Errno.ENOENT ? null : $"'{Directory}' was not removed: {NativeException.Describe(errno)}";
        }

        return RemoveDiscarded();
    }

    /// <summary>Does the second step of <see cref="Discard"/>; nothing where the first was not done.</summary>
    /// <returns>What went wrong; null where nothing is left.</returns>
    public string? RemoveDiscarded() => DirectoryRemover.Remove(DiscardedDirectory);

    private static List<string> DirectoriesIn(string root)
    {
        using var directory = Libc.Open(root, Linux.O_RDONLY | LinuxX64.O_DIRECTORY | Linux.O_CLOEXEC, 0);
        var names = new List<string>();
        if (directory.IsInvalid)
        {
            return names;
        }

        var entries = new DirectoryReader(directory);
        while (entries.Next())
        {
            if (IsDirectory(directory, entries.Name))
            {
                names.Add(entries.NameText);
            }
        }

        return names;
    }

    private static unsafe bool IsDirectory(Descriptor parent, ReadOnlySpan<byte> name)
    {
        byte[] path = [.. name, 0];
        FileStatus status;

        // SAFETY: the path ends in a NUL and is pinned, and the kernel fills the local structure.
        fixed (byte* start = path)
        {
            return Libc.Status(parent, start, Linux.AT_SYMLINK_NOFOLLOW, Linux.STATX_BASIC_STATS, &status) == 0 && status.IsDirectory;
        }
    }
}
