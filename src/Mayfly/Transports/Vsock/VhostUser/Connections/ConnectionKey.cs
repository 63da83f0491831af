using Mayfly.Transports.Vsock.VhostUser.Packets;

namespace Mayfly.Transports.Vsock.VhostUser.Connections;

/// <summary>What tells one guest's connections apart: the ports of both ends.</summary>
internal readonly record struct ConnectionKey(uint GuestPort, uint HostPort)
{
    /// <summary>The header of a packet to the guest, without a payload and without credit.</summary>
    public PacketHeader ToGuest(PacketOperation operation) => new()
    {
        SourceId = VsockLimits.HostId,
        DestinationId = VsockLimits.GuestId,
        SourcePort = HostPort,
        DestinationPort = GuestPort,
        Length = 0,
        Type = PacketHeader.StreamType,
        Operation = operation,
        Flags = 0,
        BufferBytes = 0,
        ForwardedBytes = 0,
    };
}
