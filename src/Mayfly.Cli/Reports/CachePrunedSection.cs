using Mayfly.Caching;

namespace Mayfly.Cli.Reports;

/// <summary>The JSON object of <c>mayfly cache prune --json</c>. Fields may be added; none changes its meaning.</summary>
/// <param name="Removed">What is gone.</param>
/// <param name="InUse">What was to go and is in use.</param>
/// <param name="FreedBytes">The room on the disk that this has made.</param>
internal sealed record CachePrunedSection(IReadOnlyList<CacheEntrySection> Removed, IReadOnlyList<CacheEntrySection> InUse, long FreedBytes)
{
    /// <summary>Maps the library's result.</summary>
    public static CachePrunedSection Of(SandboxCachePruned pruned) =>
        new([.. pruned.Removed.Select(CacheEntrySection.Of)], [.. pruned.InUse.Select(CacheEntrySection.Of)], pruned.Freed.Bytes);
}
