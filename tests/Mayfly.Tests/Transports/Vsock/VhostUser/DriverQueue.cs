using System.Buffers.Binary;
using Mayfly.Transports.Vsock.VhostUser.Queues;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

/// <summary>The driver's side of a split queue: the guest's. Offsets are into the guest's memory.</summary>
internal sealed class DriverQueue(GuestRam ram, int start, int size)
{
    private const int Page = 4096;

    private ushort _seenUsed;

    public int Size => size;

    public int Descriptors => start;

    public int Available => start + (size * QueueDescriptor.Bytes);

    public int Used => start + Page;

    public SplitQueueLayout Layout => new(
        (uint)size, GuestRam.MonitorBase + (ulong)Descriptors, GuestRam.MonitorBase + (ulong)Available, GuestRam.MonitorBase + (ulong)Used);

    public ushort AvailableIndex
    {
        get => BinaryPrimitives.ReadUInt16LittleEndian(ram.Bytes[(Available + 2)..]);
        set => BinaryPrimitives.WriteUInt16LittleEndian(ram.Bytes[(Available + 2)..], value);
    }

    public ushort UsedIndex => BinaryPrimitives.ReadUInt16LittleEndian(ram.Bytes[(Used + 2)..]);

    public void Describe(int index, ulong address, uint length, ushort flags = 0, ushort next = 0) =>
        Write(Descriptors + (index * QueueDescriptor.Bytes), address, length, flags, next);

    /// <summary>Writes a descriptor anywhere, such as into an indirect table.</summary>
    public void Write(int offset, ulong address, uint length, ushort flags = 0, ushort next = 0)
    {
        var bytes = ram.Bytes[offset..];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, address);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[12..], flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[14..], next);
    }

    /// <summary>Announces a chain by its head.</summary>
    public void Offer(ushort head)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(ram.Bytes[(Available + 4 + (AvailableIndex % size * 2))..], head);
        AvailableIndex++;
    }

    /// <summary>Asks for an interrupt when there is more to reclaim than has been (VIRTIO_F_EVENT_IDX).</summary>
    public void WantInterrupt()
    {
        BinaryPrimitives.WriteUInt16LittleEndian(ram.Bytes[(Available + 4 + (size * 2))..], _seenUsed);
        Interlocked.MemoryBarrier();
    }

    /// <summary>The next chain that the device has given back; null where there is none.</summary>
    public (uint Head, uint Written)? Reclaim()
    {
        if (_seenUsed == UsedIndex)
        {
            return null;
        }

        var entry = ram.Bytes[(Used + 4 + (_seenUsed % size * 8))..];
        _seenUsed++;
        return (BinaryPrimitives.ReadUInt32LittleEndian(entry), BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]));
    }
}
