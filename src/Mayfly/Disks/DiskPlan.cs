using System.Globalization;
using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Disks;

/// <summary>What a sandbox's disks come to.</summary>
/// <param name="Drives">What the machine gets, in the order of the disks.</param>
/// <param name="Resources">What the warden is to make for them first.</param>
internal sealed record DiskPlan(IReadOnlyList<DiskDrive> Drives, IReadOnlyList<ResourceHandle> Resources)
{
    private const string StoresDirectory = "stores";

    /// <summary>Room in the stores' file system besides the stores, for a page that each begins or ends amid.</summary>
    private const long SlackBytes = 64 * 1024;

    /// <summary>Makes the plan, and the files that need no rights.</summary>
    /// <param name="images">The disks.</param>
    /// <param name="id">The sandbox's id.</param>
    /// <param name="directory">The sandbox's directory, which exists.</param>
    /// <exception cref="SandboxConfigurationException">MAY1020: a file can't be written.</exception>
    public static DiskPlan Make(IReadOnlyList<DiskImage> images, string id, string directory)
    {
        var stores = Path.Combine(directory, StoresDirectory);
        var resources = new List<ResourceHandle>();
        var storesBytes = images.Where(image => image.HasSnapshot).Sum(image => image.Disk.WriteLimit.Bytes + SlackBytes);
        if (storesBytes > 0)
        {
            resources.Add(ResourceHandle.Of(ResourceKind.Mount, ("path", stores), ("size_bytes", Text(storesBytes))));
        }

        var drives = new List<DiskDrive>();
        foreach (var image in images)
        {
            var number = drives.Count;
            var link = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"disk{number}"));
            if (image.Disk.Mode == SandboxDiskMode.ReadOnly)
            {
                drives.Add(new ReadOnlyDrive(image.Path));
            }
            else if (image.HasSnapshot)
            {
                resources.AddRange(Snapshot(image, ResourceNames.MappedDevice(id, number), number, stores, link));
                drives.Add(new DeviceDrive(link));
            }
            else
            {
                drives.Add(new OverlayDrive(image.Path, link, CreateOverlay(image, link)));
            }
        }

        return new DiskPlan(drives, resources);
    }

    private static long CreateOverlay(DiskImage image, string path)
    {
        try
        {
            return OverlayFile.Create(path, image.SizeBytes, image.Disk.WriteLimit.Bytes);
        }
        catch (IOException exception)
        {
            throw new SandboxConfigurationException(
                ErrorCode.ResourceUnavailable,
                $"the file for the writes to the disk {image.Path} can't be made: {exception.Message}. Make room there, or set XDG_RUNTIME_DIR to a directory with some.",
                exception);
        }
    }

    private static IEnumerable<ResourceHandle> Snapshot(DiskImage image, string name, int number, string stores, string link)
    {
        var origin = string.Create(CultureInfo.InvariantCulture, $"origin{number}");
        var store = string.Create(CultureInfo.InvariantCulture, $"store{number}");
        yield return ResourceHandle.Of(ResourceKind.Loop, ("name", origin), ("file", image.Path), ("read_only", "true"));
        yield return ResourceHandle.Of(
            ResourceKind.Loop,
            ("name", store),
            ("file", Path.Combine(stores, store)),
            ("read_only", "false"),
            ("size_bytes", Text(image.Disk.WriteLimit.Bytes)));
        yield return ResourceHandle.Of(
            ResourceKind.MappedDevice,
            ("name", name),
            ("origin", origin),
            ("store", store),
            ("size_bytes", Text(image.SizeBytes)),
            ("path", link));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
