namespace Mayfly.Layers;

/// <summary>A layer that was asked for, with its image.</summary>
/// <param name="Layer">As asked for.</param>
/// <param name="Path">The image, an EROFS file system, in the cache.</param>
/// <param name="Digest">What is known by its content and its size: equal digests mean equal images.</param>
internal sealed record LayerImage(SandboxLayer Layer, string Path, string Digest);
