using Mayfly.Images.Cache;

namespace Mayfly.Layers;

/// <summary>
/// Remembers which layers in the cache were found whole since the host was booted, by the identities of their files, so that
/// an image is read to be checked once and not at each start.
/// </summary>
internal sealed class VerifiedLayers(CacheDirectory cache)
{
    private const string Format = "mayfly verified layer 2";
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";
    private const int KeptRecords = 256;
    private const int DigestChars = 64;


    private readonly string _folder = Path.Combine(cache.Path, "verified-layers");

    /// <summary>The SHA-256 of that image where it was found whole and is the same as then; null otherwise.</summary>
    public string? Find(CacheKey key, string image)
    {
        try
        {
            var record = File.ReadAllText(PathOf(key));
            var description = Describe(image);
            return record.Length == description.Length + DigestChars && record.StartsWith(description, StringComparison.Ordinal) ? record[^DigestChars..] : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Remembers an image, unless it may have changed since its check began. Losing the record costs another check.</summary>
    public void Remember(CacheKey key, string image, string digest, DateTimeOffset since)
    {
        var settledNs = (since - FileDigests.Settling - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        if (FileIdentity.Of(image) is not { } identity || identity.ChangedNs >= settledNs)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(_folder, CacheDirectory.Private);
            File.WriteAllText(PathOf(key), Describe(image) + digest);
            foreach (var old in new DirectoryInfo(_folder).EnumerateFiles().OrderByDescending(file => file.LastWriteTimeUtc).Skip(KeptRecords))
            {
                CacheDirectory.Remove(old);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start checks again.
        }
    }

    private string PathOf(CacheKey key) => Path.Combine(_folder, key.Value);

    private static string Describe(string image)
        => $"{Format}\n{File.ReadAllText(BootIdPath).Trim()}\n{image}\n{FileIdentity.Of(image)?.ToText()}\n{FileIdentity.Of(ManifestOf(image))?.ToText()}\n";

    private static string ManifestOf(string image) => Path.Combine(Path.GetDirectoryName(image)!, CacheManifest.FileName);
}
