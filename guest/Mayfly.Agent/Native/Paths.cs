using System.Runtime.InteropServices;
using System.Text;

namespace Mayfly.Agent.Native;

/// <summary>What lies at a path of this machine's.</summary>
internal static unsafe class Paths
{
    private const int MaxPathBytes = 4096;

    /// <summary>What is there, a link itself where it is one; null where nothing is.</summary>
    public static FileStatus? TryGetStatus(string path)
    {
        FileStatus status;

        // SAFETY: the array ends with a NUL and is pinned for the call; the kernel fills the local structure.
        fixed (byte* name = Terminated(path))
        {
            return Libc.Status(Linux.AT_FDCWD, name, Linux.AT_SYMLINK_NOFOLLOW, Linux.STATX_BASIC_STATS, &status) == 0 ? status : null;
        }
    }

    /// <summary>The directory that a path leads to, without links in its own path; null where it leads to none.</summary>
    public static string? TryResolveDirectory(string path)
    {
        using var directory = Libc.Open(path, LinuxX64.O_PATH | LinuxX64.O_DIRECTORY | Linux.O_CLOEXEC, 0);
        return directory.IsInvalid ? null : ReadLink($"/proc/self/fd/{directory.Number}");
    }

    /// <summary>What a symbolic link says.</summary>
    /// <exception cref="NativeException">It is none.</exception>
    public static string ReadLink(string path)
    {
        var target = stackalloc byte[MaxPathBytes];

        // SAFETY: the array ends with a NUL and is pinned for the call; at most MaxPathBytes go into the buffer.
        fixed (byte* name = Terminated(path))
        {
            var length = Libc.ReadLinkAt(Linux.AT_FDCWD, name, target, MaxPathBytes);
            return length > 0 ? Encoding.UTF8.GetString(target, (int)length) : throw NativeException.Last($"reading the link {path}");
        }
    }

    /// <summary>Makes a directory with those that lead to it, 0755, unless they are there.</summary>
    /// <exception cref="NativeException">It can't be made.</exception>
    public static void MakeDirectories(string path)
    {
        for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            _ = Libc.MakeDirectory(path[..slash], 0b111_101_101);
        }

        if (Libc.MakeDirectory(path, 0b111_101_101) != 0 && Marshal.GetLastPInvokeError() is var errno and not Errno.EEXIST)
        {
            throw new NativeException($"making the directory {path}", errno);
        }
    }

    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes($"{path}\0");
}
