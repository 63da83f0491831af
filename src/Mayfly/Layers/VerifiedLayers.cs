using Mayfly.Images.Cache;

namespace Mayfly.Layers;

/// <summary>
/// Remembers which layers in the cache were found whole since the host was booted, by the identities of their files, so that
/// an image is read to be checked once and not at each start.
/// </summary>
internal sealed class VerifiedLayers(CacheDirectory cache)
{
    private const string Format = "mayfly verified layer 1";
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";
    private const int KeptRecords = 256;

    // A file that changes twice within one tick of the kernel's clock keeps its change time.
    private static readonly TimeSpan _clockTick = TimeSpan.FromMilliseconds(100);

    private readonly string _folder = Path.Combine(cache.Path, "verified-layers");

    /// <summary>Whether that image was found whole and is the same as then.</summary>
    public bool IsWhole(CacheKey key, string image)
    {
        try
        {
            return File.ReadAllText(PathOf(key)) == Describe(image);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Remembers an image, unless it may have changed since its check began. Losing the record costs another check.</summary>
    public void Remember(CacheKey key, string image, DateTimeOffset since)
    {
        var settledNs = (since - _clockTick - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        if (FileIdentity.Of(image) is not { } identity || identity.ChangedNs >= settledNs)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(_folder, CacheDirectory.Private);
            File.WriteAllText(PathOf(key), Describe(image));
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
