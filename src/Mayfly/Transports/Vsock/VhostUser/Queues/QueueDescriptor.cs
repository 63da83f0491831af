using System.Buffers.Binary;

namespace Mayfly.Transports.Vsock.VhostUser.Queues;

/// <summary>struct virtq_desc (virtio 1.2, section 2.7.5): one buffer, and where the next one's descriptor is.</summary>
/// <param name="Address">In the guest's physical memory.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Flags">VIRTQ_DESC_F_*.</param>
/// <param name="Next">The next descriptor's index, where there is one.</param>
internal readonly record struct QueueDescriptor(ulong Address, uint Length, ushort Flags, ushort Next)
{
    /// <summary>Its size in the table.</summary>
    public const int Bytes = 16;

    public const ushort FlagNext = 1;
    public const ushort FlagWrite = 2;
    public const ushort FlagIndirect = 4;

    public bool HasNext => (Flags & FlagNext) != 0;

    /// <summary>For the device to write, and not to read.</summary>
    public bool IsWritable => (Flags & FlagWrite) != 0;

    /// <summary>The buffer is a table of further descriptors.</summary>
    public bool IsIndirect => (Flags & FlagIndirect) != 0;

    public static QueueDescriptor Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]));
}
