namespace Mayfly.Transports.Vsock.VhostUser.Memory;

/// <summary>
/// The guest's memory as the device sees it: the only way from an address that a guest names to a byte that is touched.
/// The guest writes to it at any time, so a value is read once, checked, and used from the copy. Belongs to the device's
/// thread: no mapping ends while a span of it is in use.
/// </summary>
internal sealed unsafe class GuestMemory : IDisposable
{
    /// <summary>VHOST_MEMORY_BASELINE_NREGIONS of the vhost-user protocol.</summary>
    public const int MaxRegions = 8;

    private readonly MemoryRegion[] _regions;
    private int _last;

    /// <summary>Takes the regions over.</summary>
    public GuestMemory(MemoryRegion[] regions) => _regions = regions;

    /// <summary>Finds what lies at a guest's physical address.</summary>
    /// <returns>Null where the bytes don't lie in one region from the first to the last.</returns>
    public byte* Find(ulong guestAddress, ulong length)
    {
        // Nearly always the one of the time before.
        for (var step = 0; step < _regions.Length; step++)
        {
            var index = _last + step < _regions.Length ? _last + step : _last + step - _regions.Length;
            var region = _regions[index];
            if (Holds(region.Layout.GuestAddress, region.Layout.Size, guestAddress, length))
            {
                _last = index;
                return region.At(guestAddress - region.Layout.GuestAddress);
            }
        }

        return null;
    }

    /// <summary>Finds what lies at an address of the monitor's own, in which it gives the queues.</summary>
    /// <returns>Null where the bytes don't lie in one region, or not as aligned as they must.</returns>
    public byte* FindForMonitor(ulong monitorAddress, ulong length, uint alignment)
    {
        foreach (var region in _regions)
        {
            if (Holds(region.Layout.MonitorAddress, region.Layout.Size, monitorAddress, length))
            {
                var found = region.At(monitorAddress - region.Layout.MonitorAddress);
                return (nuint)found % alignment == 0 ? found : null;
            }
        }

        return null;
    }

    public void Dispose()
    {
        foreach (var region in _regions)
        {
            region.Dispose();
        }
    }

    /// <summary>Without a sum that could wrap around.</summary>
    private static bool Holds(ulong start, ulong size, ulong address, ulong length) =>
        address >= start && address - start <= size && length <= size - (address - start);
}
