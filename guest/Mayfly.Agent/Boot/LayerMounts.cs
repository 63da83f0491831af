using System.Globalization;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>
/// Mounts layers where the settings want them. A command must not run without the files it was promised, so what fails here
/// fails the machine.
/// </summary>
internal static class LayerMounts
{
    private const string Root = "/run/mayfly/layers";

    /// <summary>Mounts them in their order; at a boot, and again for those that come when a copy of a frozen machine wakes up.</summary>
    public static void Mount(IReadOnlyList<LayerSettings> layers, BootLog log)
    {
        using var disks = new LayerDisks();
        foreach (var layer in layers)
        {
            try
            {
                Mount(layer, disks);
            }
            catch (NativeException exception)
            {
                log.Fail($"the layer at {layer.GuestPath} (disks {string.Join(", ", layer.Disks)}) can't be mounted: {exception.Message}");
                return;
            }
        }
    }

    private static void Mount(LayerSettings layer, LayerDisks disks)
    {
        if (layer is { Disks: [var only], WritableBytes: 0 } && layer.GuestPath != "/")
        {
            Paths.MakeDirectories(layer.GuestPath);
            MountImage(disks.Open(only), layer.GuestPath);
            return;
        }

        var sources = new List<string>();
        foreach (var serial in layer.Disks)
        {
            var place = $"{Root}/{serial}";
            Paths.MakeDirectories(place);
            MountImage(disks.Open(serial), place);
            sources.Add(place);
        }

        // The uppermost disk is in no other layer, so that its name is this layer's.
        var writable = $"{Root}/{layer.Disks[0]}.writable";
        if (layer.GuestPath == "/")
        {
            MountMemory(writable, layer.WritableBytes);
            new RootLayers(sources, writable).Mount();
            Hide(writable);
            return;
        }

        Paths.MakeDirectories(layer.GuestPath);
        if (layer.WritableBytes > 0)
        {
            MountMemory(writable, layer.WritableBytes);
            OverlayMount.MakeUpper(writable, sources[0]);
        }

        OverlayMount.Mount(layer.GuestPath, sources, layer.WritableBytes > 0 ? writable : null);
        if (layer.WritableBytes > 0)
        {
            Hide(writable);
        }
    }

    /// <summary>
    /// Takes away the path of what is written, which overlays need no more: who removes everything would remove the marks of
    /// what was removed, and so bring it back.
    /// </summary>
    private static void Hide(string writable)
    {
        if (Libc.Unmount(writable, Linux.MNT_DETACH) != 0)
        {
            throw NativeException.Last($"hiding {writable}");
        }
    }

    // Programs that change their user work, as they do in the image; devices don't, for layers have none.
    private static void MountImage(string device, string target)
    {
        if (Libc.Mount(device, target, "erofs", Linux.MS_RDONLY | Linux.MS_NODEV, null) != 0)
        {
            throw NativeException.Last($"mounting {device} on {target}");
        }
    }

    private static void MountMemory(string target, long bytes)
    {
        Paths.MakeDirectories(target);
        var size = bytes > 0 ? string.Create(CultureInfo.InvariantCulture, $",size={bytes}") : "";
        if (Libc.Mount("layer", target, "tmpfs", Linux.MS_NODEV, $"mode=0700{size}") != 0)
        {
            throw NativeException.Last($"mounting tmpfs on {target}");
        }
    }
}
