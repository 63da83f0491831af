namespace Mayfly.Images.Cache;

/// <summary>Digests that were taken during one boot of the host.</summary>
/// <param name="BootId">The boot.</param>
/// <param name="Files">By absolute path.</param>
internal sealed record DigestRecord(string BootId, IReadOnlyDictionary<string, FileDigest> Files);
