namespace Mayfly.Images.Cache;

/// <summary>What was found under a key.</summary>
/// <param name="Entry">The entry, where it is there and sound.</param>
/// <param name="Damage">What is wrong with it, where it is there and not sound.</param>
internal readonly record struct CacheLookup(CacheEntry? Entry, string? Damage);
