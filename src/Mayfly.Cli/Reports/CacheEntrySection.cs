using Mayfly.Caching;

namespace Mayfly.Cli.Reports;

/// <summary>An entry of the cache.</summary>
internal sealed record CacheEntrySection(
    string Kind, string Key, string Path, long Bytes, DateTimeOffset Made, DateTimeOffset? LastUsed, bool InUse, bool Damaged, string Description)
{
    /// <summary>Maps the library's entry.</summary>
    public static CacheEntrySection Of(SandboxCacheEntry entry) => new(
        entry.Kind, entry.Key, entry.Path, entry.Size.Bytes, entry.Made, entry.LastUsed, entry.IsInUse, !entry.IsReadable, entry.Description);
}
