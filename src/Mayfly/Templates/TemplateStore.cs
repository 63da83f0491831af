using Mayfly.Diagnostics;
using Mayfly.Images.Cache;
using Mayfly.Supervision;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Templates;

/// <summary>The templates in the user's cache. Safe for use by several threads and processes.</summary>
internal sealed class TemplateStore : ITemplateStore
{
    private static readonly TimeSpan _useResolution = TimeSpan.FromHours(1);

    private readonly CacheDirectory _cache;
    private readonly TemplateShelf _shelf;
    private readonly TemplateLimits _limits;
    private readonly TemplateEviction _eviction;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly IProgress<SandboxProgress>? _progress;

    /// <summary>Creates the store of the user's cache, with the limits that the environment sets.</summary>
    /// <exception cref="SandboxImageException">There is no cache folder to be had.</exception>
    /// <exception cref="SandboxConfigurationException">A variable of the environment makes no sense (MAY1001).</exception>
    public TemplateStore(ILogger logger, TimeProvider time, IProgress<SandboxProgress>? progress)
        : this(CacheDirectory.Open(), TemplateLimits.FromEnvironment(), logger, time)
    {
        _progress = progress;
    }

    /// <summary>Creates a store of the given parts.</summary>
    internal TemplateStore(CacheDirectory cache, TemplateLimits limits, ILogger logger, TimeProvider time)
    {
        _cache = cache;
        _shelf = new TemplateShelf(cache);
        _limits = limits;
        _eviction = new TemplateEviction(_shelf, logger);
        _logger = logger;
        _time = time;
    }

    /// <inheritdoc/>
    public async Task<TemplateLease?> FindAsync(CacheKey key, CancellationToken cancellationToken)
    {
        var folder = _shelf.EntryOf(key.Value);
        SafeFileHandle? hold = null;
        try
        {
            hold = await TemplateHold.TakeAsync(_shelf.ManifestOf(key.Value), cancellationToken).ConfigureAwait(false);
            if (hold is null)
            {
                return null;
            }

            if (TemplateRecord.Find(folder, key, hold) is not { } entry)
            {
                var lookup = await TemplateSeal.VerifyAsync(folder, key, hold, _time, cancellationToken).ConfigureAwait(false);
                if (lookup.Entry is null)
                {
                    Log.TemplateDamaged(_logger, folder, lookup.Damage!);
                    return null;
                }

                entry = lookup.Entry;
            }

            RememberUse(folder);
            var lease = new TemplateLease(entry, hold);
            hold = null;
            return lease;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.TemplateDamaged(_logger, folder, exception.Message);
            return null;
        }
        finally
        {
            hold?.Dispose();
        }
    }

    /// <inheritdoc/>
    public async Task<TemplateLease> GetAsync(
        CacheKey key, Func<string, Task<IReadOnlyDictionary<string, string>>> make, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        try
        {
            var made = await GetAloneAsync(key, make, cancellationToken).ConfigureAwait(false);
            Evict();
            return made;
        }
        catch (Exception exception) when (CacheFailure.IsOne(exception))
        {
            throw Unwritable(exception);
        }
        catch (IOException exception)
        {
            throw new SandboxImageException(
                ErrorCode.TemplateFailed, $"the template can't be kept in {_shelf.Path}: {exception.Message}. Boot instead: SandboxOptions.Cold (--cold).", exception);
        }
    }

    /// <inheritdoc/>
    public void Discard(TemplateLease template)
    {
        Log.TemplateDiscarded(_logger, template.Entry.Directory);
        try
        {
            // Whoever has it by its path then finds that it is no more, and one that has been made in its place is not touched.
            RandomAccess.SetLength(template.Hold, 0);
            using var right = TemplateLock.TryTake(_shelf.LockOf(template.Entry.Key.Value));
            var identity = FileIdentity.Of(template.Hold);
            if (right is not null
                && identity is not null
                && identity.IsSameFile(FileIdentity.Of(_shelf.ManifestOf(template.Entry.Key.Value)))
                && Flock.TryTake(template.Hold, shared: false))
            {
                _shelf.MoveAside(template.Entry.Key.Value);
                _shelf.RemoveDebris(template.Entry.Key.Value);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.TemplateDamaged(_logger, template.Entry.Directory, exception.Message);
        }
    }

    private async Task<TemplateLease> GetAloneAsync(
        CacheKey key, Func<string, Task<IReadOnlyDictionary<string, string>>> make, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_shelf.Path, CacheDirectory.Private);
        using var right = await TemplateLock.TakeAsync(
            _shelf.LockOf(key.Value), () => TellOfWait(key), cancellationToken).ConfigureAwait(false);
        return await FindAsync(key, cancellationToken).ConfigureAwait(false)
            ?? await MakeAsync(key, make, cancellationToken).ConfigureAwait(false);
    }

    private async Task<TemplateLease> MakeAsync(
        CacheKey key, Func<string, Task<IReadOnlyDictionary<string, string>>> make, CancellationToken cancellationToken)
    {
        _shelf.RemoveDebris(key.Value);
        var folder = _shelf.NewPlaceOf(key.Value);
        var keeper = DirectoryKeeper.Start(folder);
        await using (keeper.ConfigureAwait(false))
        {
            Directory.CreateDirectory(folder, CacheDirectory.Private);
            var facts = await MakeAsync(folder, make).ConfigureAwait(false);
            await TemplateSeal.SealAsync(folder, key, facts, _time, cancellationToken).ConfigureAwait(false);

            // Held before anybody can see it, so that it is not evicted before its first use.
            var hold = await TemplateHold.TakeAsync(Path.Combine(folder, CacheManifest.FileName), cancellationToken).ConfigureAwait(false)
                ?? throw new IOException($"{folder} has vanished");
            try
            {
                _shelf.MoveAside(key.Value);
                Directory.Move(folder, _shelf.EntryOf(key.Value));
                _shelf.RemoveDebris(key.Value);
                Log.TemplateMade(_logger, key, _shelf.EntryOf(key.Value));
                return new TemplateLease(
                    TemplateRecord.Find(_shelf.EntryOf(key.Value), key, hold) ?? throw new IOException($"{_shelf.EntryOf(key.Value)} has changed already"),
                    hold);
            }
            catch
            {
                hold.Dispose();
                throw;
            }
        }
    }

    // On a full disk the monitor just dies, for the memory is a mapping; that is not the maker's to find out.
    private async Task<IReadOnlyDictionary<string, string>> MakeAsync(string folder, Func<string, Task<IReadOnlyDictionary<string, string>>> make)
    {
        try
        {
            return await make(folder).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException && DiskSpace.IsUsedUp(folder))
        {
            throw Unwritable(new IOException($"there is no room for a template: {exception.Message}", CacheFailure.NoSpace));
        }
    }

    private SandboxImageException Unwritable(Exception cause) => CacheFailure.Unwritable(
        _cache.Path, cause, "a template needs what its machine has used of its memory, about 100 MB, and `mayfly cache prune` removes old ones");

    private void TellOfWait(CacheKey key)
    {
        Log.TemplateWaiting(_logger, key);
        _progress?.Report(new SandboxProgress("waiting for another process that makes the same template"));
    }

    private void Evict()
    {
        try
        {
            _eviction.Run(_limits, _time.GetUtcNow());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.TemplateNotEvicted(_logger, exception.Message);
        }
    }

    private void RememberUse(string folder)
    {
        var record = TemplateRecord.PathOf(folder);
        var now = _time.GetUtcNow().UtcDateTime;
        if (File.GetLastWriteTimeUtc(record) is var last && (last > now || now - last > _useResolution))
        {
            try
            {
                File.SetLastWriteTimeUtc(record, now);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It is taken to be as old as its last verification.
            }
        }
    }
}
