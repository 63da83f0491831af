using Mayfly.Transports.Vsock.VhostUser.Memory;

namespace Mayfly.Transports.Vsock.VhostUser.Queues;

/// <summary>Where the monitor says that the three parts of a split virtqueue lie, in its own addresses.</summary>
/// <param name="Size">Number of descriptors: a power of two, at most <see cref="MaxSize"/>.</param>
/// <param name="DescriptorAddress">The descriptor table: 16 bytes for each.</param>
/// <param name="AvailableAddress">The driver's ring: flags, index, an entry of 2 bytes for each, and an event index.</param>
/// <param name="UsedAddress">The device's ring: flags, index, an entry of 8 bytes for each, and an event index.</param>
internal readonly record struct SplitQueueLayout(uint Size, ulong DescriptorAddress, ulong AvailableAddress, ulong UsedAddress)
{
    /// <summary>The largest queue taken; QEMU's vsock device has 128.</summary>
    public const uint MaxSize = 1024;

    public bool IsSizeValid => Size is > 0 and <= MaxSize && (Size & (Size - 1)) == 0;

    /// <exception cref="DeviceBrokenException">The size is none that a queue may have.</exception>
    public void CheckSize()
    {
        if (!IsSizeValid)
        {
            throw new DeviceBrokenException($"the monitor gave a queue of {Size} entries");
        }
    }

    /// <summary>Finds the three parts, each as a whole.</summary>
    /// <exception cref="DeviceBrokenException">One of them is not in the guest's memory, or not aligned.</exception>
    public unsafe (nint Descriptors, nint Available, nint Used) FindIn(GuestMemory memory)
    {
        CheckSize();

        // Alignments and sizes: section 2.7.
        var descriptors = memory.FindForMonitor(DescriptorAddress, Size * QueueDescriptor.Bytes, 16);
        var available = memory.FindForMonitor(AvailableAddress, 6 + (Size * 2), 2);
        var used = memory.FindForMonitor(UsedAddress, 6 + (Size * 8), 4);
        return descriptors is not null && available is not null && used is not null
            ? ((nint)descriptors, (nint)available, (nint)used)
            : throw new DeviceBrokenException($"the monitor gave a queue that does not lie in the guest's memory: {this}");
    }
}
