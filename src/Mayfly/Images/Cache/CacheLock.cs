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
            if (!Flock.TryTake(file, shared: false))
            {
                onWaiting();
                await Flock.TakeAsync(file, shared: false, cancellationToken).ConfigureAwait(false);
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
}
