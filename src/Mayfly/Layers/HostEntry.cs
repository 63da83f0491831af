using Mayfly.Images.Cache;

namespace Mayfly.Layers;

/// <summary>Something of the host's that is to be in a layer.</summary>
/// <param name="Path">Its place in the layer; see <see cref="LayerEntry.Path"/>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="HostPath">Where it is, for a file.</param>
/// <param name="Identity">What it is recognised by; null for a folder or link that only the layer has.</param>
/// <param name="Target">A link's target, or the path in the layer of the file that this is another name of.</param>
internal sealed record HostEntry(string Path, LayerEntryKind Kind, string HostPath, FileIdentity? Identity, string Target = "")
{
    private const int OwnFolderMode = 0x1ed; // rwxr-xr-x

    /// <summary>Its permissions in the layer.</summary>
    public UnixFileMode Mode => LayerEntry.ModeOf(Kind, Identity?.Mode ?? OwnFolderMode);
}
