using Mayfly.Images.Cache;
using Mayfly.Templates;

namespace Mayfly.Caching;

/// <summary>Reads what is in a cache folder, of whatever kind: each kind is a folder, and each entry one in it that is called by its key.</summary>
internal static class CacheListing
{
    private const int KeyLength = 64;
    private const int ShownDigestLength = 12;

    /// <summary>All entries, by kind, the newest first.</summary>
    public static IReadOnlyList<SandboxCacheEntry> Read(string cache) =>
        !Directory.Exists(cache)
            ? []
            : [.. from kind in new DirectoryInfo(cache).EnumerateDirectories()
                  from folder in Folders(kind)
                  let entry = Read(kind.Name, folder)
                  orderby entry.Kind, entry.Made descending
                  select entry];

    /// <summary>What made an entry; null where it can't be read.</summary>
    public static CacheManifest? ReadManifest(string folder)
    {
        var manifest = CacheJson.TryRead(Path.Combine(folder, CacheManifest.FileName), CacheJson.Default.CacheManifest);
        return manifest is not null && !manifest.Files.Contains(null!) && manifest.Seal == manifest.ComputeSeal() ? manifest : null;
    }

    private static IEnumerable<DirectoryInfo> Folders(DirectoryInfo kind)
    {
        try
        {
            return [.. kind.EnumerateDirectories().Where(folder => folder.Name.Length == KeyLength && folder.Name.All(char.IsAsciiHexDigitLower))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static SandboxCacheEntry Read(string kind, DirectoryInfo folder)
    {
        var manifestPath = Path.Combine(folder.FullName, CacheManifest.FileName);
        var manifest = ReadManifest(folder.FullName);
        var entry = new SandboxCacheEntry
        {
            Kind = kind,
            Key = folder.Name,
            Path = folder.FullName,
            Size = new ByteSize(DiskUsage.Of(folder.FullName)),
            Made = FileIdentity.Of(manifestPath)?.Modified ?? FileIdentity.Of(folder.FullName)?.Modified ?? DateTimeOffset.UnixEpoch,
            IsReadable = manifest is not null,
            Description = manifest is null ? "" : Describe(manifest),
        };
        return kind != TemplateShelf.Kind ? entry : entry with
        {
            LastUsed = StoredTemplate.LastUse(folder.FullName),
            IsInUse = TemplateHold.IsTaken(manifestPath),
        };
    }

    /// <summary>What was learned first, for it is what people know things by; then what went in, digests shortened.</summary>
    private static string Describe(CacheManifest manifest) =>
        string.Join(", ", manifest.Facts.Concat(manifest.Inputs).Where(pair => pair.Value.Length > 0).Select(pair => $"{pair.Key} {Shorten(pair.Value)}"));

    private static string Shorten(string value) =>
        value.Length == KeyLength && value.All(char.IsAsciiHexDigit) ? value[..ShownDigestLength] : value;
}
