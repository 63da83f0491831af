namespace Mayfly.Transports.Vsock.VhostUser.Packets;

/// <summary>VIRTIO_VSOCK_SHUTDOWN_F_* of a <see cref="PacketOperation.Shutdown"/>: which directions its sender has ended.</summary>
[Flags]
internal enum ShutdownFlags : uint
{
    None = 0,

    /// <summary>It will receive no more.</summary>
    Receive = 1,

    /// <summary>It will send no more.</summary>
    Send = 2,

    Both = Receive | Send,
}
