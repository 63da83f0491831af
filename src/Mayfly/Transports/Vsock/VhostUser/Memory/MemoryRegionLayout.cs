namespace Mayfly.Transports.Vsock.VhostUser.Memory;

/// <summary>Where a region lies. All in bytes.</summary>
/// <param name="GuestAddress">In the guest's physical memory.</param>
/// <param name="Size">Its length.</param>
/// <param name="MonitorAddress">In the monitor's address space, in which the queues are given.</param>
/// <param name="FileOffset">In the file that comes with it.</param>
internal readonly record struct MemoryRegionLayout(ulong GuestAddress, ulong Size, ulong MonitorAddress, ulong FileOffset)
{
    /// <summary>The most a region may have: what a 64-bit process has room for many times.</summary>
    private const ulong MaxBytes = 1UL << 42;

    /// <summary>Throws where it is empty, too large, wraps around, or can't be mapped where it says.</summary>
    /// <exception cref="DeviceBrokenException">It makes no sense.</exception>
    public void Check()
    {
        if (Size is 0 or > MaxBytes
            || GuestAddress > ulong.MaxValue - Size
            || MonitorAddress > ulong.MaxValue - Size
            || FileOffset > MaxBytes
            || FileOffset % (ulong)Environment.SystemPageSize != 0)
        {
            throw new DeviceBrokenException($"the monitor described a memory region that can't be: {this}");
        }
    }

    /// <summary>Whether both hold one and the same guest address.</summary>
    public bool Overlaps(MemoryRegionLayout other) =>
        GuestAddress < other.GuestAddress + other.Size && other.GuestAddress < GuestAddress + Size;
}
