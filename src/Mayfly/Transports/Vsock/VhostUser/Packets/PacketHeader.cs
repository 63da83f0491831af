using System.Buffers.Binary;

namespace Mayfly.Transports.Vsock.VhostUser.Packets;

/// <summary>struct virtio_vsock_hdr (virtio 1.2, section 5.10.6): what every packet begins with. Little-endian.</summary>
internal readonly record struct PacketHeader
{
    /// <summary>Its size in bytes.</summary>
    public const int Bytes = 44;

    /// <summary>VIRTIO_VSOCK_TYPE_STREAM; datagrams of any kind are not offered.</summary>
    public const ushort StreamType = 1;

    public required ulong SourceId { get; init; }

    public required ulong DestinationId { get; init; }

    public required uint SourcePort { get; init; }

    public required uint DestinationPort { get; init; }

    /// <summary>Bytes of payload behind the header.</summary>
    public required uint Length { get; init; }

    /// <summary><see cref="StreamType"/>, or something that this device does not know.</summary>
    public required ushort Type { get; init; }

    public required PacketOperation Operation { get; init; }

    /// <summary><see cref="ShutdownFlags"/> in a shutdown, else 0.</summary>
    public required uint Flags { get; init; }

    /// <summary>The size of the sender's receive buffer for this connection.</summary>
    public required uint BufferBytes { get; init; }

    /// <summary>Bytes that have left that buffer since the connection began, modulo 2^32.</summary>
    public required uint ForwardedBytes { get; init; }

    public static PacketHeader Read(ReadOnlySpan<byte> bytes) => new()
    {
        SourceId = BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        DestinationId = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        SourcePort = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]),
        DestinationPort = BinaryPrimitives.ReadUInt32LittleEndian(bytes[20..]),
        Length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]),
        Type = BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]),
        Operation = (PacketOperation)BinaryPrimitives.ReadUInt16LittleEndian(bytes[30..]),
        Flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]),
        BufferBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes[36..]),
        ForwardedBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]),
    };

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, SourceId);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], DestinationId);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[16..], SourcePort);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], DestinationPort);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[24..], Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[28..], Type);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[30..], (ushort)Operation);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[32..], Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[36..], BufferBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[40..], ForwardedBytes);
    }
}
