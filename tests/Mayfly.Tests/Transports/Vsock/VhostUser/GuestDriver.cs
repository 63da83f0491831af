using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Packets;
using Mayfly.Transports.Vsock.VhostUser.Queues;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

/// <summary>
/// The guest's side of a vsock device, by hand: one packet a chain, header and data in two descriptors, as Linux does it.
/// </summary>
internal sealed class GuestDriver : IDisposable
{
    public const int QueueSize = 64;
    public const int BufferBytes = 4096;

    private const int ReceiveStart = 0;
    private const int TransmitStart = 0x4000;
    private const int ReceiveBuffers = 0x10000;
    private const int TransmitBuffers = 0x100000;
    private const int TransmitStride = 80 * 1024;

    private int _sent;

    public GuestDriver()
    {
        Ram = new GuestRam(16 * 1024 * 1024);
        Receive = new DriverQueue(Ram, ReceiveStart, QueueSize);
        Transmit = new DriverQueue(Ram, TransmitStart, QueueSize);
    }

    public GuestRam Ram { get; }

    public DriverQueue Receive { get; }

    public DriverQueue Transmit { get; }

    /// <summary>Gives the device all its buffers for packets to the guest.</summary>
    public void GiveReceiveBuffers()
    {
        for (var index = 0; index < QueueSize / 2; index++)
        {
            GiveReceiveBuffer(index);
        }
    }

    /// <summary>Puts a packet into the transmit queue. The queue must have room.</summary>
    public void Send(PacketHeader header, ReadOnlySpan<byte> payload = default)
    {
        var slot = _sent++ % (QueueSize / 2);
        var offset = TransmitBuffers + (slot * TransmitStride);
        header.Write(Ram.Bytes[offset..]);
        payload.CopyTo(Ram.Bytes[(offset + PacketHeader.Bytes)..]);
        var head = slot * 2;
        var hasPayload = !payload.IsEmpty;
        Transmit.Describe(head, GuestRam.GuestBase + (ulong)offset, PacketHeader.Bytes, hasPayload ? QueueDescriptor.FlagNext : (ushort)0, (ushort)(head + 1));
        Transmit.Describe(head + 1, GuestRam.GuestBase + (ulong)offset + PacketHeader.Bytes, (uint)payload.Length);
        Transmit.Offer((ushort)head);
    }

    /// <summary>The next packet that the device has sent, whose buffer it gets back; null where there is none.</summary>
    public (PacketHeader Header, byte[] Payload)? TryTake()
    {
        if (Receive.Reclaim() is not { } used)
        {
            return null;
        }

        var index = (int)used.Head / 2;
        var bytes = Ram.Bytes.Slice(ReceiveBuffers + (index * 2 * BufferBytes), PacketHeader.Bytes + BufferBytes);
        var header = PacketHeader.Read(bytes);
        Assert.Equal(PacketHeader.Bytes + header.Length, used.Written);
        var payload = bytes.Slice(PacketHeader.Bytes, (int)header.Length).ToArray();
        GiveReceiveBuffer(index);
        return (header, payload);
    }

    public static PacketHeader Packet(
        PacketOperation operation,
        uint guestPort,
        uint hostPort,
        uint length = 0,
        uint flags = 0,
        uint buffer = 256 * 1024,
        uint forwarded = 0) => new()
        {
            SourceId = VsockLimits.GuestId,
            DestinationId = VsockLimits.HostId,
            SourcePort = guestPort,
            DestinationPort = hostPort,
            Length = length,
            Type = PacketHeader.StreamType,
            Operation = operation,
            Flags = flags,
            BufferBytes = buffer,
            ForwardedBytes = forwarded,
        };

    public void Dispose() => Ram.Dispose();

    private void GiveReceiveBuffer(int index)
    {
        var address = GuestRam.GuestBase + ReceiveBuffers + ((ulong)index * 2 * BufferBytes);
        var head = (ushort)(index * 2);
        Receive.Describe(head, address, PacketHeader.Bytes, QueueDescriptor.FlagNext | QueueDescriptor.FlagWrite, (ushort)(head + 1));
        Receive.Describe(head + 1, address + PacketHeader.Bytes, BufferBytes, QueueDescriptor.FlagWrite);
        Receive.Offer(head);
    }
}
