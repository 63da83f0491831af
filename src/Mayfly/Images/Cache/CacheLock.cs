using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Images.Cache;

/// <summary>
/// The right to change the cache, held by one owner on this host. It is an flock on a file that is never removed, so the
/// kernel gives it back when its owner dies.
/// </summary>
internal sealed class CacheLock : IDisposable
{
    private readonly SafeFileHandle _file;

    private CacheLock(SafeFileHandle file) => _file = file;

    /// <summary>Waits for the right; <paramref name="onWaiting"/> is called once where another owner has it.</summary>
    public static async Task<CacheLock> AcquireAsync(CacheDirectory cache, Action onWaiting, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        var file = Libc.OpenLockFile(Path.Combine(cache.Path, "lock"));
        try
        {
            if (!TryLock(file, Libc.LockExclusive | Libc.LockNonBlocking))
            {
                onWaiting();
                await WaitAsync(file, cancellationToken).ConfigureAwait(false);
            }

            return new CacheLock(file);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // flock can't be cancelled, so a thread of its own waits in it. A waiter that has been given up closes the file
    // as soon as it gets its turn, which passes the lock on.
    private static async Task WaitAsync(SafeFileHandle file, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                TryLock(file, Libc.LockExclusive);
                if (!turn.TrySetResult())
                {
                    file.Dispose();
                }
            }
            catch (Win32Exception exception)
            {
                if (!turn.TrySetException(exception))
                {
                    file.Dispose();
                }
            }
        })
        {
            IsBackground = true,
            Name = "mayfly cache lock",
        };
        thread.Start();
        using (cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken)))
        {
            await turn.Task.ConfigureAwait(false);
        }
    }

    private static bool TryLock(SafeFileHandle file, int operation)
    {
        while (Libc.Lock(file, operation) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Libc.WouldBlock)
            {
                return false;
            }

            if (error != Libc.Interrupted)
            {
                throw new Win32Exception(error);
            }
        }

        return true;
    }
}
