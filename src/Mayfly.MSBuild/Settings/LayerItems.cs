using Mayfly.Diagnostics;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild.Settings;

/// <summary>Reads the layers that a project file gives as items.</summary>
internal static class LayerItems
{
    private const string KindMetadata = "Kind";
    private const string WritableMetadata = "Writable";
    private const string GuestPathMetadata = "GuestPath";

    private static readonly string[] _archives = [".tar", ".tar.gz", ".tgz"];

    /// <summary>What an item mounts.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1102 or MAY1104.</exception>
    public static SandboxLayer Read(ITaskItem item, GuestLayout layout)
    {
        var path = layout.HostPath(item.ItemSpec);
        var layer = KindOf(item, path) switch
        {
            // A name in PATH stays one.
            SandboxLayerSource.Tool => SandboxLayer.FromTool(item.ItemSpec.Contains('/', StringComparison.Ordinal) ? path : item.ItemSpec, RootOr(item)),
            SandboxLayerSource.Dotnet => SandboxLayer.FromDotnet(path, RootOr(item)),
            SandboxLayerSource.Tar => SandboxLayer.FromTar(path, layout.PlaceOf(item, "layer")),
            _ => SandboxLayer.FromFolder(path, layout.PlaceOf(item, "layer")),
        };
        return layer with { Writable = TaskText.Size(item.GetMetadata(WritableMetadata), $"the {WritableMetadata} of the layer '{item.ItemSpec}'") ?? default };
    }

    private static SandboxLayerSource KindOf(ITaskItem item, string path)
    {
        if (TaskText.Name<SandboxLayerSource>(item.GetMetadata(KindMetadata), $"the {KindMetadata} of the layer '{item.ItemSpec}'") is { } kind)
        {
            return kind;
        }

        return Array.Exists(_archives, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) ? SandboxLayerSource.Tar
            : Directory.Exists(path) ? SandboxLayerSource.Folder
            : throw new SandboxConfigurationException(
                ErrorCode.TaskParameterInvalid,
                $"the layer '{item.ItemSpec}' is neither a folder nor named as a tar archive is. Correct the path, or say what it is by metadata: {KindMetadata}=\"{string.Join(" or ", Enum.GetNames<SandboxLayerSource>())}\".");
    }

    private static string RootOr(ITaskItem item) => item.GetMetadata(GuestPathMetadata) is { Length: > 0 } given
        ? GuestLayout.Normalise(given, $"the {GuestPathMetadata} of '{item.ItemSpec}'")
        : "/";
}
