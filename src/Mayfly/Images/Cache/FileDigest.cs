namespace Mayfly.Images.Cache;

/// <summary>A file's digest and the identity it had then.</summary>
/// <param name="Identity">What would change with the content.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
internal sealed record FileDigest(FileIdentity Identity, string Sha256);
