using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Native;

/// <summary>
/// An exclusive flock on a file, held until disposal or the death of the process. It belongs to this opening of the file,
/// so it also excludes other openings in the same process. The file stays. Opened by hand, for File.OpenHandle takes a
/// shared flock of its own whatever it is asked for, and would fail where another holds this one.
/// </summary>
internal sealed partial class FileLock : IDisposable
{
    private const int OpenReadOnly = 0;
    private const int OpenReadWrite = 0x2;
    private const int OpenCreate = 0x40;
    private const int OpenExclusive = 0x80;
    private const int OpenCloseOnExec = 0x80000;
    private const uint OwnerReadWrite = 0b110_000_000;
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int ErrnoInterrupted = 4;
    private const int ErrnoWouldBlock = 11;

    private readonly SafeFileHandle _handle;

    private FileLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>Takes the lock on a file that is made if missing, waiting for its holder.</summary>
    /// <exception cref="IOException">The file can't be opened or locked.</exception>
    public static FileLock Take(string path) =>
        Lock(path, OpenFile(path, OpenCreate), 0) ?? throw new IOException($"the lock {path} could not be taken");

    /// <summary>Takes the lock on a file that must not exist yet.</summary>
    /// <exception cref="IOException">The file exists or can't be made.</exception>
    public static FileLock TakeNew(string path) =>
        Lock(path, OpenFile(path, OpenCreate | OpenExclusive), LockNonBlocking) ?? throw new IOException($"the lock {path} was taken by somebody else");

    /// <summary>Takes the lock on a file that is made if missing, or returns null where somebody holds it.</summary>
    /// <exception cref="IOException">The file can't be opened or locked.</exception>
    public static FileLock? TryTake(string path) => Lock(path, OpenFile(path, OpenCreate), LockNonBlocking);

    /// <summary>
    /// Takes the lock on a file that is made if missing. A flock can't be awaited, so a thread of its own waits for it; should
    /// the caller give up, it lets go at once.
    /// </summary>
    /// <exception cref="IOException">The file can't be opened or locked.</exception>
    public static async Task<FileLock> TakeAsync(string path, CancellationToken cancellationToken)
    {
        var taking = TryTake(path) is { } free
            ? Task.FromResult(free)
            : Task.Factory.StartNew(() => Take(path), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await taking.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = taking.ContinueWith(
                late => late.Result.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>
    /// Whether somebody holds the lock. To find out, a shared one is taken for a moment, in which others can't have theirs.
    /// </summary>
    /// <returns>False also where the file is gone or can't be opened.</returns>
    public static bool IsHeld(string path)
    {
        var descriptor = Open(path, OpenReadOnly | OpenCloseOnExec, 0);
        if (descriptor < 0)
        {
            return false;
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return Flock(handle, LockShared | LockNonBlocking) != 0 && Marshal.GetLastPInvokeError() == ErrnoWouldBlock;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private static SafeFileHandle OpenFile(string path, int flags)
    {
        var descriptor = Open(path, OpenReadWrite | OpenCloseOnExec | flags, OwnerReadWrite);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"{path} can't be opened", new Win32Exception(Marshal.GetLastPInvokeError()));
    }

    private static FileLock? Lock(string path, SafeFileHandle handle, int flags)
    {
        while (Flock(handle, LockExclusive | flags) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == ErrnoInterrupted)
            {
                continue;
            }

            handle.Dispose();
            return error == ErrnoWouldBlock ? null : throw new IOException($"flock on {path} failed", new Win32Exception(error));
        }

        return new FileLock(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
