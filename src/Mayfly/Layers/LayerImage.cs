using Mayfly.Images.Cache;

namespace Mayfly.Layers;

/// <summary>A layer that was asked for, with its image.</summary>
/// <param name="Layer">As asked for.</param>
/// <param name="Path">The image, an EROFS file system, in the cache.</param>
/// <param name="Digest">
/// The image's SHA-256. Not the key of its entry: another mkfs.erofs makes other bytes of the same tree, and what a template's
/// kernel has read of one image must never be continued by another.
/// </param>
internal sealed record LayerImage(SandboxLayer Layer, string Path, string Digest)
{
    /// <summary>What the image's file is recognised by.</summary>
    public FileIdentity? Identity { get; init; }
}
