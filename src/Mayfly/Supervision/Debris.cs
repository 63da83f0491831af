using Mayfly.Diagnostics;
using Mayfly.Native;

namespace Mayfly.Supervision;

/// <summary>Clears what sandboxes leave whose owner died together with its warden.</summary>
internal static class Debris
{
    private const string RootLockName = ".lock";
    private const int RemovalAttempts = 5;

    /// <summary>Keeps sweeps and the making of sandbox directories apart.</summary>
    public static FileLock LockRoot(string root) => FileLock.Take(Path.Combine(root, RootLockName));

    /// <summary>
    /// Removes every sandbox directory under the root whose owner is dead. Directories that start with a dot belong to
    /// others. What can't be removed is left for the next sweep: it must not keep a new sandbox from starting.
    /// </summary>
    /// <returns>How many were removed.</returns>
    public static int Sweep(string root)
    {
        using var creation = LockRoot(root);
        var removed = 0;
        foreach (var directory in Directory.EnumerateDirectories(root))
        {
            if (!Path.GetFileName(directory).StartsWith('.') && FileStatus.TryRead(directory) is { IsDirectory: true })
            {
                removed += TryRemove(directory) ? 1 : 0;
            }
        }

        return removed;
    }

    /// <summary>
    /// Removes a directory with all it holds, links themselves rather than what they point to. Nothing happens where it
    /// is gone; others (the warden) may be removing it at the same time.
    /// </summary>
    /// <exception cref="MayflyException">MAY4001: something can't be removed.</exception>
    public static void Remove(string directory)
    {
        try
        {
            RemoveTree(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MayflyException(
                ErrorCode.TeardownIncomplete,
                $"the sandbox directory {directory} can't be removed: {e.Message}. Remove it by hand.",
                e);
        }
    }

    private static void RemoveTree(string directory)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(directory, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException) when (!Directory.Exists(directory))
            {
                return;
            }
            catch (IOException) when (attempt < RemovalAttempts)
            {
                // Somebody else removed an entry between its listing and its turn: list again.
            }
        }
    }

    private static bool TryRemove(string directory)
    {
        try
        {
            // Made here where it is missing: its maker died between two steps, for no maker is under way while the root's
            // lock is held.
            using var held = FileLock.TryTake(Path.Combine(directory, SandboxDirectory.LockName));
            if (held is null)
            {
                return false;
            }

            RemoveTree(directory);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
