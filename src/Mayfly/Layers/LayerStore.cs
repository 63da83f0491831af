using System.ComponentModel;
using System.Globalization;
using Mayfly.Images;
using Mayfly.Images.Cache;
using Mayfly.Images.Tools;
using Microsoft.Extensions.Logging;

namespace Mayfly.Layers;

/// <summary>
/// Where machines get their layers: images in the cache, each known by all that is in it, made once. Safe for use by several
/// threads and processes.
/// </summary>
internal sealed class LayerStore(CacheDirectory cache, ILogger logger, TimeProvider timeProvider)
{
    /// <summary>The kind of their entries in the cache.</summary>
    public const string Kind = "layers";

    private const string ImageFile = "layer.erofs";
    private const int Attempts = 2;

    // Part of every key: a change in how images are made must make new ones.
    private const string Recipe = "1";

    // One sandbox has up to sixteen, and a machine that is about to start must find all of its own.
    private const int Kept = 64;

    // More than a start takes: what somebody has just found is not removed.
    private static readonly TimeSpan _grace = TimeSpan.FromHours(1);

    private readonly CacheEntries _entries = new(cache, logger);
    private readonly VerifiedLayers _verified = new(cache);

    /// <summary>The images of all layers of a sandbox, in their order; empty where it has none.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1018: a layer can't be made of what was given.</exception>
    /// <exception cref="SandboxImageException">One could not be made. Codes MAY5xxx.</exception>
    public static async Task<IReadOnlyList<LayerImage>> GetAllAsync(SandboxOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        if (options.Layers.Count == 0)
        {
            return [];
        }

        var store = new LayerStore(CacheDirectory.Open(), logger, options.TimeProvider);
        var images = new List<LayerImage>();
        foreach (var layer in options.Layers)
        {
            images.Add(await store.GetAsync(layer, options.Progress, cancellationToken).ConfigureAwait(false));
        }

        return images;
    }

    /// <summary>Digests of what is in the layers of a sandbox, in their order. Files that were read before are known by their identity; nothing is made.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1018: a layer can't be made of what was given.</exception>
    /// <exception cref="SandboxImageException">One could not be read. Codes MAY5xxx.</exception>
    public static async Task<IReadOnlyList<string>> FindContentsAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        var contents = new List<string>();
        var cache = options.Layers.Count > 0 ? CacheDirectory.Open() : null;
        foreach (var layer in options.Layers)
        {
            LayerSource.Require(layer);
            var source = LayerSource.Of(layer);
            try
            {
                contents.Add(await ReadAsync(cache!, source, options.TimeProvider, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception exception) when (exception is IOException or Win32Exception or LayerChangedException)
            {
                throw LayerErrors.Failed(source.Name, exception.Message, exception);
            }
        }

        return contents;
    }

    /// <summary>The image of a layer.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1018: it can't be made of what was given.</exception>
    /// <exception cref="SandboxImageException">It could not be made. Codes MAY5xxx.</exception>
    public Task<LayerImage> GetAsync(SandboxLayer layer, IProgress<SandboxProgress>? progress, CancellationToken cancellationToken) =>
        GetAsync(layer, LayerSource.Of(layer), progress, cancellationToken);

    /// <summary>The same, of a source that is at hand.</summary>
    internal async Task<LayerImage> GetAsync(SandboxLayer layer, LayerSource source, IProgress<SandboxProgress>? progress, CancellationToken cancellationToken)
    {
        var report = new ImageReport(logger, progress);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await GetAsync(layer, source, report, cancellationToken).ConfigureAwait(false);
            }
            catch (LayerChangedException change)
            {
                if (attempt == Attempts)
                {
                    throw LayerErrors.Unsteady(source.Name, change);
                }
            }
            catch (Exception exception) when (CacheFailure.IsOne(exception))
            {
                throw CacheFailure.Unwritable(cache.Path, exception, "a layer needs up to twice the room of its files while it is made");
            }
            catch (Exception exception) when (exception is IOException or Win32Exception)
            {
                throw LayerErrors.Failed(source.Name, exception.Message, exception);
            }
        }
    }

    private async Task<LayerImage> GetAsync(SandboxLayer layer, LayerSource source, ImageReport report, CancellationToken cancellationToken)
    {
        var content = await ReadAsync(cache, source, timeProvider, cancellationToken).ConfigureAwait(false);
        var key = new CacheKey(Kind, new Dictionary<string, string>
        {
            ["recipe"] = Recipe,
            ["content"] = content,
            ["slot"] = layer.Slot is { } slot ? ErofsImage.Blocks(slot.Bytes).ToString(CultureInfo.InvariantCulture) : "",
        });
        var digest = await FindAsync(key, report, cancellationToken).ConfigureAwait(false)
            ?? await MakeAsync(key, layer, source, report, cancellationToken).ConfigureAwait(false);
        var path = _entries.PathOf(key, ImageFile);
        return new LayerImage(layer, path, digest) { Identity = FileIdentity.Of(path) };
    }

    private static async Task<string> ReadAsync(CacheDirectory cache, LayerSource source, TimeProvider time, CancellationToken cancellationToken)
    {
        var digests = FileDigests.Load(cache, source.Name, time.GetUtcNow());
        var content = await source.ReadAsync(digests, cancellationToken).ConfigureAwait(false);
        digests.Save();
        return content;
    }

    /// <summary>The SHA-256 of the image that is there.</summary>
    private async Task<string?> FindAsync(CacheKey key, ImageReport report, CancellationToken cancellationToken)
    {
        var path = _entries.PathOf(key, ImageFile);
        var digest = _verified.Find(key, path);
        if (digest is null)
        {
            var since = timeProvider.GetUtcNow();
            var lookup = await _entries.FindAsync(key.Kind, key.Value, null, cancellationToken).ConfigureAwait(false);
            report.Damage(Kind, lookup.Damage);
            if (lookup.Entry is null)
            {
                return null;
            }

            digest = DigestOf(lookup.Entry);
            _verified.Remember(key, path, digest, since);
        }

        _entries.Touch(key, timeProvider.GetUtcNow());
        return digest;
    }

    private static string DigestOf(CacheEntry entry) => entry.Files.Single(file => file.Path == ImageFile).Sha256;

    /// <summary>Makes it under the cache's lock, in a workspace that goes even with a killed maker.</summary>
    private async Task<string> MakeAsync(CacheKey key, SandboxLayer layer, LayerSource source, ImageReport report, CancellationToken cancellationToken)
    {
        using var right = await CacheLock.AcquireAsync(
            cache, () => report.Say("waiting for another process that makes images"), cancellationToken).ConfigureAwait(false);
        if (await FindAsync(key, report, cancellationToken).ConfigureAwait(false) is { } meanwhile)
        {
            return meanwhile;
        }

        // Before anything is copied in vain.
        _ = Tool.MakeErofs.Locate();
        report.Say($"making the layer of {source.Name}");
        cache.RemoveDebris();
        var (workspace, keeper) = cache.OpenWorkspace();
        await using (keeper.ConfigureAwait(false))
        {
            var entry = await new CacheEntries(workspace, logger, Kept, _grace).MakeAsync(
                key,
                async folder =>
                {
                    var tree = workspace.CreateTemporary();
                    var scratch = workspace.CreateTemporary();
                    await source.CopyAsync(tree, scratch, cancellationToken).ConfigureAwait(false);
                    var image = Path.Combine(folder, ImageFile);
                    await ErofsImage.MakeAsync(source.Name, tree, image, cancellationToken).ConfigureAwait(false);
                    ErofsImage.Fit(source.Name, image, layer.Slot);
                    return new Dictionary<string, string> { ["source"] = source.Name };
                },
                cancellationToken).ConfigureAwait(false);
            return DigestOf(entry);
        }
    }
}
