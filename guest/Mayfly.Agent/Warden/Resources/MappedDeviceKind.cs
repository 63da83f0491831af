using System.Globalization;
using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>
/// A snapshot by the device mapper: what is read comes from the origin, what is written goes to the store. Its name can be
/// anybody's; its UUID holds the sandbox's directory and is what it is released by. It is reached by a link in that
/// directory, because names in /dev/mapper are udev's to make, or nobody's.
/// </summary>
internal sealed class MappedDeviceKind : IResourceKind
{
    private const int SectorBytes = 512;

    /// <summary>What is copied at the first write to any byte of it, in sectors: a page.</summary>
    private const int ChunkSectors = 8;

    public string Kind => ResourceKind.MappedDevice;

    public IReadOnlyDictionary<string, string> Make(ResourceHandle wanted, ResourceMaking making)
    {
        if (wanted["name"] is not { } name
            || wanted["path"] is not { } link
            || !making.Place.Holds(link)
            || !long.TryParse(wanted["size_bytes"], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            || bytes == 0
            || bytes % SectorBytes != 0)
        {
            throw new NativeException($"a mapped device of {wanted["size_bytes"]} bytes at '{wanted["path"]}'", Errno.EINVAL);
        }

        var origin = making.Get(ResourceKind.Loop, wanted["origin"])["device"];
        var store = making.Get(ResourceKind.Loop, wanted["store"])["device"];
        var uuid = UuidOf(name, making.Place);
        using var mapper = DeviceMapper.Open();
        var (major, minor) = mapper.Create(name, uuid);
        mapper.Load(uuid, bytes / SectorBytes, "snapshot", string.Create(CultureInfo.InvariantCulture, $"{origin} {store} N {ChunkSectors}"));
        mapper.Resume(uuid);

        var node = string.Create(CultureInfo.InvariantCulture, $"/dev/dm-{minor}");
        if (!File.Exists(node))
        {
            throw new NativeException($"{node} (the kernel makes it where /dev is a devtmpfs)", Errno.ENOENT);
        }

        return Libc.SymbolicLink(node, link) == 0
            ? new Dictionary<string, string>(StringComparer.Ordinal) { ["device"] = string.Create(CultureInfo.InvariantCulture, $"{major}:{minor}") }
            : throw NativeException.Last($"making {link}");
    }

    public void Release(ResourceHandle handle, SandboxPlace place)
    {
        // Where there is no device mapper, or not for this user, there is no device either.
        if (handle["name"] is not { } name || !DeviceMapper.IsLoaded || DeviceMapper.TryOpen() is not { } mapper)
        {
            return;
        }

        using (mapper)
        {
            var uuid = UuidOf(name, place);
            if (!ReleaseRetry.Run(() => mapper.Remove(uuid, deferred: false) is 0 or Errno.ENXIO))
            {
                _ = mapper.Remove(uuid, deferred: true);
                throw new NativeException("another process uses it; the kernel removes it when that lets go", Errno.EBUSY);
            }
        }
    }

    public IReadOnlyList<ResourceHandle> Find(SandboxPlace place)
    {
        if (!DeviceMapper.IsLoaded || DeviceMapper.TryOpen() is not { } mapper)
        {
            return [];
        }

        using (mapper)
        {
            return
            [
                .. Enumerable.Range(0, WardenPlan.MaxResources)
                    .Select(disk => ResourceNames.MappedDevice(place.Id, disk))
                    .Where(name => mapper.Exists(UuidOf(name, place)))
                    .Select(name => ResourceHandle.Of(ResourceKind.MappedDevice, ("name", name))),
            ];
        }
    }

    private static string UuidOf(string name, SandboxPlace place) => $"{place.Directory}/{name}";
}
