namespace Mayfly.Layers;

/// <summary>What a layer is made of has changed while it was read.</summary>
internal sealed class LayerChangedException(string path) : Exception($"'{path}' has changed");
