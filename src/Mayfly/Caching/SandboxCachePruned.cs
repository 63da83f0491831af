namespace Mayfly.Caching;

/// <summary>What became of the cache.</summary>
/// <param name="Removed">What is gone.</param>
/// <param name="InUse">What was to go and is in use.</param>
public sealed record SandboxCachePruned(IReadOnlyList<SandboxCacheEntry> Removed, IReadOnlyList<SandboxCacheEntry> InUse)
{
    /// <summary>The room on the disk that this has made.</summary>
    public ByteSize Freed => new(Removed.Sum(entry => entry.Size.Bytes));
}
