namespace Mayfly.Images.Packages;

/// <summary>One version of a package, as its source knows it.</summary>
/// <param name="Name">The concrete package.</param>
/// <param name="FileName">Name of its file, which tells version and architecture.</param>
/// <param name="Digest">What its source says it hashes to, such as <c>SHA256:…</c>.</param>
/// <param name="Size">Length of its file.</param>
internal sealed record PackageVersion(string Name, string FileName, string Digest, ByteSize Size);
