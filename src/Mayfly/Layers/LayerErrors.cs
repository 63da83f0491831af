using Mayfly.Diagnostics;

namespace Mayfly.Layers;

/// <summary>What is said when there can be no layer.</summary>
internal static class LayerErrors
{
    /// <summary>What the layer is to be made of can't be used.</summary>
    public static SandboxConfigurationException Unusable(string source, string why, Exception? cause = null) => new(
        ErrorCode.LayerUnusable, $"no layer can be made of {source}: {GuestText.NeutraliseLines(why)}.", cause);

    /// <summary>It changes faster than it can be read.</summary>
    public static SandboxConfigurationException Unsteady(string source, LayerChangedException change) => Unusable(
        source, $"{change.Message} while it was read, and once more when it was read again; start when whoever writes there is done", change);

    /// <summary>It could not be made, for reasons of this host's.</summary>
    public static SandboxImageException Failed(string source, string why, Exception? cause = null) => new(
        ErrorCode.LayerFailed, $"the layer of {source} could not be made: {GuestText.NeutraliseLines(why)}", cause);

    /// <summary>The guest could not mount it.</summary>
    public static SandboxBootException NotMounted(string failure, string console) => new(
        ErrorCode.LayerFailed,
        $"the machine has come up without a layer it was to have, and was ended: {failure}. A path of the guest's that can't be a folder there, or a kernel of your own without erofs and overlayfs, is the likely cause.",
        console);
}
