using Mayfly.Images.Cache;
using Mayfly.Supervision;

namespace Mayfly.Templates;

/// <summary>
/// One template of this process's own. To the cache it is a template that is still being made: nobody else finds it, it is not
/// evicted, and it goes when it is disposed of or with this process.
/// </summary>
internal sealed class PrivateTemplateStore : ITemplateStore, IAsyncDisposable
{
    private readonly CacheDirectory _cache = CacheDirectory.Open();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly AsyncStack _resources = new();
    private CacheEntry? _entry;
    private bool _isLocked;
    private bool _disposed;

    /// <inheritdoc/>
    public Task<TemplateLease?> FindAsync(CacheKey key, CancellationToken cancellationToken) =>
        Task.FromResult(TryLease());

    /// <inheritdoc/>
    public async Task<TemplateLease> GetAsync(
        CacheKey key, Func<string, Task<IReadOnlyDictionary<string, string>>> make, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SandboxTemplate));
            if (TryLease() is { } there)
            {
                return there;
            }

            Volatile.Write(ref _entry, await MakeAsync(key, make, cancellationToken).ConfigureAwait(false));
            return TryLease() ?? throw new IOException("the template has vanished as soon as it was made");
        }
        catch (Exception exception) when (CacheFailure.IsOne(exception))
        {
            throw CacheFailure.Unwritable(_cache.Path, exception);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Discard(TemplateLease template)
    {
        if (Interlocked.CompareExchange(ref _entry, null, template.Entry) == template.Entry)
        {
            CacheDirectory.Remove(new DirectoryInfo(template.Entry.Directory));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Whoever makes it still has the right to an end; whoever waits for that gets none.
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            Volatile.Write(ref _entry, null);
            await _resources.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<CacheEntry> MakeAsync(
        CacheKey key, Func<string, Task<IReadOnlyDictionary<string, string>>> make, CancellationToken cancellationToken)
    {
        var shelf = new TemplateShelf(_cache);
        Directory.CreateDirectory(shelf.Path, CacheDirectory.Private);
        if (!_isLocked)
        {
            // For as long as this lives: without it the folder would be a dead maker's.
            _resources.Push(new Held(await TemplateLock.TakeAsync(shelf.LockOf(key.Value), () => { }, cancellationToken).ConfigureAwait(false)));
            _isLocked = true;
        }

        var folder = shelf.NewPlaceOf(key.Value);
        _resources.Push(DirectoryKeeper.Start(folder));
        Directory.CreateDirectory(folder, CacheDirectory.Private);
        try
        {
            return new CacheEntry(folder, key, [], await make(folder).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            var isFull = exception is not OperationCanceledException && DiskSpace.IsUsedUp(folder);
            CacheDirectory.Remove(new DirectoryInfo(folder));
            if (isFull)
            {
                throw new IOException($"there is no room for a template: {exception.Message}", CacheFailure.NoSpace);
            }

            throw;
        }
    }

    /// <summary>The template; null where there is none, or somebody has removed it.</summary>
    private TemplateLease? TryLease()
    {
        if (Volatile.Read(ref _entry) is not { } entry)
        {
            return null;
        }

        try
        {
            return new TemplateLease(
                entry, File.OpenHandle(entry[TemplateFiles.State], FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            _ = Interlocked.CompareExchange(ref _entry, null, entry);
            return null;
        }
    }

    private sealed class Held(IDisposable right) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            right.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
