using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Agent.Transfer;

namespace Mayfly.Agent.Warden;

/// <summary>An exclusive flock, held until disposal or the end of this process: programs started here don't inherit it.</summary>
internal sealed class FileLock : IDisposable
{
    private const int OwnerOnly = 0b110_000_000;

    private readonly Descriptor _file;

    private FileLock(Descriptor file) => _file = file;

    /// <summary>
    /// Takes it, waiting for its holder; the file is made where it is missing. Whether it is still the file of that name is
    /// for <see cref="IsOf"/> to say.
    /// </summary>
    /// <exception cref="NativeException">The file can't be opened or locked.</exception>
    public static FileLock Take(string path) => Lock(path, Open(path), Linux.LOCK_EX)!;

    /// <summary>Takes it, or returns null where somebody holds it.</summary>
    /// <exception cref="NativeException">The file can't be opened or locked.</exception>
    public static FileLock? TryTake(string path) => Lock(path, Open(path), Linux.LOCK_EX | Linux.LOCK_NB);

    /// <summary>Whether the file that is locked is the one of this name, and not one that has been removed meanwhile.</summary>
    public unsafe bool IsOf(string path)
    {
        FileStatus named;

        // SAFETY: the path ends in a NUL and is pinned, and the kernel fills the local structure.
        fixed (byte* start = GuestPath.Native(path))
        {
            return Libc.Status(Linux.AT_FDCWD, start, Linux.AT_SYMLINK_NOFOLLOW, Linux.STATX_BASIC_STATS, &named) == 0
                && Files.TryGetStatus(_file) is { } locked
                && locked.Inode == named.Inode;
        }
    }

    public void Dispose() => _file.Dispose();

    private static Descriptor Open(string path)
    {
        var file = Libc.Open(path, Linux.O_RDWR | Linux.O_CREAT | LinuxX64.O_NOFOLLOW | Linux.O_CLOEXEC, OwnerOnly);
        return file.IsInvalid ? throw NativeException.Last($"opening {path}") : file;
    }

    private static FileLock? Lock(string path, Descriptor file, int operation)
    {
        while (Libc.Lock(file, operation) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Errno.EINTR)
            {
                continue;
            }

            file.Dispose();
            return errno == Errno.EAGAIN ? null : throw new NativeException($"locking {path}", errno);
        }

        return new FileLock(file);
    }
}
