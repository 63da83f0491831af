using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Images.Cache;

/// <summary>Locks on files that are open already. They end with the open file, thus also with a killed owner.</summary>
internal static class Flock
{
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;

    /// <summary>Takes the lock where that needs no waiting.</summary>
    public static bool TryTake(SafeFileHandle file, bool shared) => Call(file, Operation(shared) | LockNonBlocking);

    /// <summary>
    /// Takes the lock. flock can't be cancelled, so a thread of its own waits in it. A waiter that has been given up closes
    /// the file as soon as it gets its turn, which passes the lock on; the caller closes it in every other case.
    /// </summary>
    public static async Task TakeAsync(SafeFileHandle file, bool shared, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Call(file, Operation(shared));
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

    private static int Operation(bool shared) => shared ? LockShared : LockExclusive;

    private static bool Call(SafeFileHandle file, int operation)
    {
        while (Libc.Lock(file, operation) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == WouldBlock)
            {
                return false;
            }

            if (error != Interrupted)
            {
                throw new Win32Exception(error);
            }
        }

        return true;
    }
}
