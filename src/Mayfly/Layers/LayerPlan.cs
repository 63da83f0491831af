using System.Globalization;
using Mayfly.Hypervisors;
using Mayfly.Images.Cache;
using Mayfly.Protocol;

namespace Mayfly.Layers;

/// <summary>What a sandbox's layers come to: drives of the machine's, and what its agent is told to mount.</summary>
internal sealed class LayerPlan
{
    private readonly IReadOnlyList<LayerImage> _images;

    /// <summary>Makes it of the images of all layers, in their order.</summary>
    public LayerPlan(IReadOnlyList<LayerImage> images)
    {
        _images = images;
        Drives = [.. images.Select((image, number) => new ReadOnlyDrive(image.Path) { Serial = Serial(number) })];
        var layers = Join();
        var late = layers.Where(IsLate).ToList();

        // What lies below a folder that comes later would be hidden by it.
        Settings = [.. layers.Where(layer => !late.Exists(above => IsWithin(layer.GuestPath, above.GuestPath)))];
        SlotSettings = [.. layers.Except(Settings)];
    }

    /// <summary>The images as drives, for behind the sandbox's disks.</summary>
    public IReadOnlyList<DiskDrive> Drives { get; }

    /// <summary>What is a part of a template: folders without slots, those above others first.</summary>
    public IReadOnlyList<LayerSettings> Settings { get; }

    /// <summary>What each clone of a template mounts: the folders with slots, and what lies below those.</summary>
    public IReadOnlyList<LayerSettings> SlotSettings { get; }

    /// <summary>What a machine mounts that is booted to be used; null where there are no layers.</summary>
    public IReadOnlyList<LayerSettings>? BootSettings => _images.Count == 0 ? null : [.. Settings, .. SlotSettings];

    /// <summary>What a template mounts; empty where all of it is its clones', and null where there are no layers.</summary>
    public IReadOnlyList<LayerSettings>? TemplateSettings => _images.Count == 0 ? null : Settings;

    /// <summary>
    /// What of the layers makes a template another one, one line for each drive: its image, or of a slot the size alone.
    /// </summary>
    public IEnumerable<string> TemplateInputs => _images.Select(image => string.Create(
        CultureInfo.InvariantCulture,
        $"{image.Layer.GuestPath}\n{image.Layer.Writable.Bytes}\n{(image.Layer.Slot is { } slot ? $"slot {ErofsImage.Blocks(slot.Bytes)}" : image.Digest)}"));

    /// <summary>
    /// Keeps the images in the cache for a machine that is about to start, long after they were found; false where one of them
    /// is gone or was made again, and the layers must be found again.
    /// </summary>
    public bool Touch(DateTimeOffset now)
    {
        foreach (var image in _images)
        {
            CacheEntries.Touch(Path.GetDirectoryName(image.Path)!, now);
        }

        return _images.All(image => FileIdentity.Of(image.Path) is { } identity && identity == image.Identity);
    }

    /// <summary>A machine that lacks one of its layers must not run any command.</summary>
    /// <param name="guest">The agent's greeting.</param>
    /// <param name="console">The end of the machine's console.</param>
    /// <exception cref="SandboxBootException">MAY5006: the guest could not mount one.</exception>
    public static void RequireMounted(Hello guest, string console)
    {
        if (guest.Failure is { } failure)
        {
            throw LayerErrors.NotMounted(failure, console);
        }
    }

    private List<LayerSettings> Join() =>
    [
        .. _images.Select((image, number) => (image.Layer, Serial: Serial(number)))
            .GroupBy(part => part.Layer.GuestPath)
            .OrderBy(parts => parts.Key, StringComparer.Ordinal)
            .Select(parts => new LayerSettings
            {
                GuestPath = parts.Key,
                Disks = [.. parts.Select(part => part.Serial)],
                WritableBytes = parts.Max(part => part.Layer.Writable.Bytes),
            }),
    ];

    private bool IsLate(LayerSettings layer) => _images.Any(image => image.Layer.Slot is not null && image.Layer.GuestPath == layer.GuestPath);

    private static bool IsWithin(string path, string folder) =>
        path == folder || folder == "/" || (path.StartsWith(folder, StringComparison.Ordinal) && path[folder.Length] == '/');

    private static string Serial(int number) => string.Create(CultureInfo.InvariantCulture, $"layer{number}");
}
