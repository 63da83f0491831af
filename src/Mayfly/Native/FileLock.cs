using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Native;

/// <summary>
/// An exclusive flock on a file, held until disposal or the death of the process. It belongs to this opening of the file,
/// so it also excludes other openings in the same process. The file stays.
/// </summary>
internal sealed partial class FileLock : IDisposable
{
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int ErrnoInterrupted = 4;
    private const int ErrnoWouldBlock = 11;

    private readonly SafeFileHandle _handle;

    private FileLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>Takes the lock, waiting for its holder.</summary>
    public static FileLock Take(string path, FileMode mode = FileMode.OpenOrCreate) =>
        Open(path, mode, 0) ?? throw new IOException($"the lock {path} could not be taken");

    /// <summary>Takes the lock, or returns null where somebody holds it.</summary>
    public static FileLock? TryTake(string path, FileMode mode = FileMode.OpenOrCreate) => Open(path, mode, LockNonBlocking);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static FileLock? Open(string path, FileMode mode, int flags)
    {
        // FileShare.ReadWrite keeps .NET's own advisory lock, which would be a flock too, out of the way.
        var handle = File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            while (Flock(handle, LockExclusive | flags) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error == ErrnoWouldBlock)
                {
                    handle.Dispose();
                    return null;
                }

                if (error != ErrnoInterrupted)
                {
                    throw new IOException($"flock on {path} failed", new Win32Exception(error));
                }
            }

            return new FileLock(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
