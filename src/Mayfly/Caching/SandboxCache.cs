using Mayfly.Images;
using Mayfly.Images.Cache;
using Mayfly.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Caching;

/// <summary>
/// What Mayfly keeps on disk so that machines start fast: packages, kernels, images, layers, templates. It is at
/// <c>MAYFLY_CACHE</c>, else <c>$XDG_CACHE_HOME/mayfly</c>, else <c>~/.cache/mayfly</c>, and belongs to one user.
/// </summary>
public static class SandboxCache
{
    /// <summary>The folder, whether or not it is there yet.</summary>
    /// <exception cref="SandboxImageException">The environment names no place for it (MAY5004).</exception>
    public static string Path => System.IO.Path.GetFullPath(CacheDirectory.Locate(Environment.GetEnvironmentVariable));

    /// <summary>Everything in it, by kind, the newest first. Changes nothing.</summary>
    /// <exception cref="SandboxImageException">It can't be read (MAY5004).</exception>
    public static IReadOnlyList<SandboxCacheEntry> List() => List(Path);

    /// <summary>
    /// Removes what is not needed any more. Waits for a process that makes an image; what is in use stays, and so does what
    /// a running machine has open until it closes it.
    /// </summary>
    /// <param name="pruning">What goes; null for the default.</param>
    /// <param name="cancellationToken">Gives up; what is gone by then stays gone.</param>
    /// <exception cref="SandboxImageException">The folder can't be read or written (MAY5004).</exception>
    /// <exception cref="SandboxConfigurationException">The environment's limits on templates make no sense (MAY1001).</exception>
    public static Task<SandboxCachePruned> PruneAsync(SandboxCachePruning? pruning = null, CancellationToken cancellationToken = default) =>
        PruneAsync(Path, pruning ?? new SandboxCachePruning(), TemplateLimits.FromEnvironment(), TimeProvider.System, cancellationToken);

    internal static IReadOnlyList<SandboxCacheEntry> List(string path)
    {
        try
        {
            return CacheListing.Read(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CacheFailure.Unwritable(path, exception);
        }
    }

    internal static async Task<SandboxCachePruned> PruneAsync(
        string path, SandboxCachePruning pruning, TemplateLimits limits, TimeProvider time, CancellationToken cancellationToken)
    {
        // What is not there is not made either.
        if (!Directory.Exists(path))
        {
            return new SandboxCachePruned([], []);
        }

        try
        {
            var cache = CacheDirectory.Open(path);
            var before = CacheListing.Read(cache.Path);
            var templates = PruneTemplates(cache, before, pruning.All ? TemplateLimits.None : limits, time);
            if (!pruning.TemplatesOnly)
            {
                await PruneImagesAsync(cache, pruning.All, cancellationToken).ConfigureAwait(false);
            }

            var left = CacheListing.Read(cache.Path).Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
            return new SandboxCachePruned(
                [.. before.Where(entry => !left.Contains(entry.Path))],
                [.. before.Where(entry => left.Contains(entry.Path) && templates.Contains(entry.Key))]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CacheFailure.Unwritable(path, exception);
        }
    }

    /// <summary>Removes templates.</summary>
    /// <returns>The keys of those that were to go and could not.</returns>
    private static HashSet<string> PruneTemplates(CacheDirectory cache, IReadOnlyList<SandboxCacheEntry> entries, TemplateLimits limits, TimeProvider time)
    {
        var eviction = new TemplateEviction(new TemplateShelf(cache), NullLogger.Instance);
        var left = new HashSet<string>(StringComparer.Ordinal);
        foreach (var damaged in entries.Where(entry => entry is { Kind: TemplateShelf.Kind, IsReadable: false }))
        {
            if (!eviction.TryRemove(damaged.Key))
            {
                left.Add(damaged.Key);
            }
        }

        left.UnionWith(eviction.Run(limits, time.GetUtcNow()).InUse.Select(template => template.Key));
        return left;
    }

    private static async Task PruneImagesAsync(CacheDirectory cache, bool all, CancellationToken cancellationToken)
    {
        using var right = await CacheLock.AcquireAsync(cache, static () => { }, cancellationToken).ConfigureAwait(false);
        cache.RemoveDebris();
        var entries = CacheListing.Read(cache.Path).Where(entry => entry.Kind != TemplateShelf.Kind).ToList();
        var kept = all ? new HashSet<string>() : OutdatedImages.Keep(entries, PackageShelf.CurrentKeys(cache));
        if (all)
        {
            // Before the packages, so that nobody looks for those that have gone.
            File.Delete(PackageShelf.PointerPath(cache));
        }

        foreach (var entry in entries.Where(entry => !kept.Contains(entry.Path)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            cache.Discard(entry.Path);
        }
    }
}
