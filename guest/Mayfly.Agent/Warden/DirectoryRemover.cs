using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Agent.Transfer;

namespace Mayfly.Agent.Warden;

/// <summary>Removes a tree without ever following a link.</summary>
internal static unsafe class DirectoryRemover
{
    private const int MaxDepth = 64;

    /// <returns>What went wrong; null where nothing is left.</returns>
    public static string? Remove(string path)
    {
        var name = GuestPath.Native(path.TrimEnd('/'));

        // SAFETY: the path ends in a NUL and is pinned.
        fixed (byte* start = name)
        {
            var directory = Libc.OpenAt(Linux.AT_FDCWD, start, Flags, 0);
            var errno = Marshal.GetLastPInvokeError();
            if (directory.IsInvalid)
            {
                // Somebody has put something else in its place, which goes the same way.
                if (errno is Errno.ENOTDIR or Errno.ELOOP && Libc.UnlinkAt(Linux.AT_FDCWD, start, 0) == 0)
                {
                    return null;
                }

                return errno == Errno.ENOENT ? null : $"'{path}' was not removed: {NativeException.Describe(errno)}";
            }

            using (directory)
            {
                Empty(directory, 0);
            }

            return Libc.UnlinkAt(Linux.AT_FDCWD, start, Linux.AT_REMOVEDIR) == 0
                || Marshal.GetLastPInvokeError() == Errno.ENOENT
                ? null
                : $"'{path}' was not removed: {NativeException.Describe(Marshal.GetLastPInvokeError())}";
        }
    }

    private static int Flags => Linux.O_RDONLY | LinuxX64.O_DIRECTORY | LinuxX64.O_NOFOLLOW | Linux.O_CLOEXEC;

    /// <summary>
    /// A directory that somebody else has removed meanwhile can't be read; nor can a broken one, which shows when it can't
    /// be removed.
    /// </summary>
    private static bool HasNext(DirectoryReader entries)
    {
        try
        {
            return entries.Next();
        }
        catch (NativeException)
        {
            return false;
        }
    }

    private static void Empty(Descriptor directory, int depth)
    {
        var entries = new DirectoryReader(directory);
        while (depth < MaxDepth && HasNext(entries))
        {
            byte[] name = [.. entries.Name, 0];

            // SAFETY: the name ends in a NUL and is pinned.
            fixed (byte* start = name)
            {
                if (Libc.UnlinkAt(directory, start, 0) == 0)
                {
                    continue;
                }

                using var child = Libc.OpenAt(directory, start, Flags, 0);
                if (!child.IsInvalid)
                {
                    Empty(child, depth + 1);
                    _ = Libc.UnlinkAt(directory, start, Linux.AT_REMOVEDIR);
                }
            }
        }
    }
}
