namespace Mayfly.Images.Cache;

/// <summary>A file of an entry.</summary>
/// <param name="Path">Relative to the entry.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its content, in lower-case hexadecimal.</param>
internal sealed record CacheEntryFile(string Path, long Bytes, string Sha256);
