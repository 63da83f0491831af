namespace Mayfly.Images.Cache;

/// <summary>A verified entry.</summary>
/// <param name="Directory">Its folder.</param>
/// <param name="Key">Its key.</param>
/// <param name="Files">Its files.</param>
/// <param name="Facts">What was learned in the making.</param>
internal sealed record CacheEntry(
    string Directory,
    CacheKey Key,
    IReadOnlyList<CacheEntryFile> Files,
    IReadOnlyDictionary<string, string> Facts)
{
    /// <summary>The absolute path of one of its files.</summary>
    public string this[string file] => Path.Combine(Directory, file);
}
