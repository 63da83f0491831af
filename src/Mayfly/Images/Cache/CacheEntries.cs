using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Mayfly.Images.Cache;

/// <summary>The cache's entries: folders that appear complete or not at all and are never changed afterwards.</summary>
/// <param name="cache">Where they are.</param>
/// <param name="logger">Told of those that are made, and of damaged ones.</param>
/// <param name="kept">How many of a kind are kept when another one is made.</param>
/// <param name="grace">How long ago one must have been made or used to be removed even then.</param>
internal sealed class CacheEntries(CacheDirectory cache, ILogger logger, int kept = CacheEntries.KeptPerKind, TimeSpan grace = default)
{
    private const int KeptPerKind = 6;

    /// <summary>Where an entry of that key has a file, or would have it.</summary>
    public string PathOf(CacheKey key, string file) => Path.Combine(PathOf(key.Kind, key.Value), file);

    /// <summary>Makes an entry count as the newest of its kind, as it is used.</summary>
    public void Touch(CacheKey key, DateTimeOffset now) => Touch(PathOf(key.Kind, key.Value), now);

    /// <summary>The same of an entry whose folder is known.</summary>
    public static void Touch(string directory, DateTimeOffset now)
    {
        try
        {
            Directory.SetLastWriteTimeUtc(directory, now.UtcDateTime);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Then it goes sooner, and is made again.
        }
    }

    /// <summary>Looks an entry up by its name and verifies the files that are wanted, all of them by default.</summary>
    public async Task<CacheLookup> FindAsync(
        string kind, string value, IReadOnlyCollection<string>? wanted, CancellationToken cancellationToken)
    {
        var directory = PathOf(kind, value);
        if (!Directory.Exists(directory))
        {
            return default;
        }

        var manifest = ReadManifest(directory);
        var key = manifest is null ? null : new CacheKey(manifest.Kind, manifest.Inputs);
        var damage = key is null || key.Kind != kind || key.Value != value
            ? $"{CacheManifest.FileName} is missing or damaged"
            : await FindDamageAsync(directory, manifest!, wanted, cancellationToken).ConfigureAwait(false);
        if (damage is not null)
        {
            Log.ImageEntryDamaged(logger, directory, damage);
            return new CacheLookup(null, damage);
        }

        return new CacheLookup(new CacheEntry(directory, key!, manifest!.Files, manifest.Facts), null);
    }

    /// <summary>
    /// Makes an entry in a folder aside and puts it in its place, instead of a damaged one where there is one. Only under
    /// the lock. <paramref name="make"/> fills the folder it is given and returns the facts.
    /// </summary>
    public async Task<CacheEntry> MakeAsync(
        CacheKey key,
        Func<string, Task<IReadOnlyDictionary<string, string>>> make,
        CancellationToken cancellationToken)
    {
        var draft = cache.CreateTemporary();
        try
        {
            var facts = await make(draft).ConfigureAwait(false);
            var files = await SealAsync(draft, cancellationToken).ConfigureAwait(false);
            var manifest = new CacheManifest
            {
                Kind = key.Kind,
                Inputs = key.Inputs,
                Facts = facts,
                Files = files,
                MadeBy = $"Mayfly {typeof(CacheEntries).Assembly.GetName().Version?.ToString(3)}",
            };
            manifest = manifest with { Seal = manifest.ComputeSeal() };
            cache.Replace(
                Path.Combine(draft, CacheManifest.FileName), JsonSerializer.SerializeToUtf8Bytes(manifest, CacheJson.Default.CacheManifest));
            Libc.FlushDirectory(draft);
            Publish(draft, key);
            return new CacheEntry(PathOf(key.Kind, key.Value), key, files, facts);
        }
        finally
        {
            CacheDirectory.Remove(new DirectoryInfo(draft));
        }
    }

    private void Publish(string draft, CacheKey key)
    {
        var target = PathOf(key.Kind, key.Value);
        var parent = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(parent, CacheDirectory.Private);
        if (Path.Exists(target))
        {
            cache.Discard(target);
        }

        Directory.Move(draft, target);
        Libc.FlushDirectory(parent);
        Log.ImageEntryMade(logger, key, target);

        var now = Directory.GetLastWriteTimeUtc(target);

        // Another Mayfly on this host may still want an older one; it makes it again where it has been away for long.
        foreach (var old in new DirectoryInfo(parent).EnumerateDirectories()
            .Where(entry => entry.Name != key.Value)
            .OrderByDescending(entry => entry.LastWriteTimeUtc)
            .Skip(kept - 1)
            .Where(entry => grace == default || entry.LastWriteTimeUtc < now - grace))
        {
            CacheDirectory.Remove(old);
        }
    }

    private static async Task<string?> FindDamageAsync(
        string directory, CacheManifest manifest, IReadOnlyCollection<string>? wanted, CancellationToken cancellationToken)
    {
        foreach (var file in manifest.Files.Where(file => wanted is null || wanted.Contains(file.Path)))
        {
            try
            {
                var stream = File.OpenRead(Path.Combine(directory, file.Path));
                await using (stream.ConfigureAwait(false))
                {
                    if (stream.Length != file.Bytes
                        || await Fingerprint.OfStreamAsync(stream, cancellationToken).ConfigureAwait(false) != file.Sha256)
                    {
                        return $"{file.Path} is not what it was";
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return $"{file.Path} can't be read: {exception.Message}";
            }
        }

        return null;
    }

    private static CacheManifest? ReadManifest(string directory)
    {
        var manifest = CacheJson.TryRead(Path.Combine(directory, CacheManifest.FileName), CacheJson.Default.CacheManifest);
        return manifest is not null && !manifest.Files.Contains(null!) && manifest.Seal == manifest.ComputeSeal() ? manifest : null;
    }

    private static async Task<List<CacheEntryFile>> SealAsync(string draft, CancellationToken cancellationToken)
    {
        var files = new List<CacheEntryFile>();
        foreach (var path in Directory.EnumerateFiles(draft, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            await using (stream.ConfigureAwait(false))
            {
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
                var digest = await Fingerprint.OfStreamAsync(stream, cancellationToken).ConfigureAwait(false);
                files.Add(new CacheEntryFile(Path.GetRelativePath(draft, path), stream.Length, digest));
            }
        }

        foreach (var directory in Directory.EnumerateDirectories(draft, "*", SearchOption.AllDirectories))
        {
            Libc.FlushDirectory(directory);
        }

        return files;
    }

    private string PathOf(string kind, string value) => Path.Combine(cache.Path, kind, value);
}
