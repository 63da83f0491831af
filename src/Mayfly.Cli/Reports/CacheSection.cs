using Mayfly.Caching;

namespace Mayfly.Cli.Reports;

/// <summary>The JSON object of <c>mayfly cache ls --json</c>. Fields may be added; none changes its meaning.</summary>
/// <param name="Path">The cache's folder.</param>
/// <param name="Entries">By kind, the newest first.</param>
internal sealed record CacheSection(string Path, IReadOnlyList<CacheEntrySection> Entries)
{
    /// <summary>Maps the library's list.</summary>
    public static CacheSection Of(string path, IReadOnlyList<SandboxCacheEntry> entries) => new(path, [.. entries.Select(CacheEntrySection.Of)]);
}
