namespace Mayfly.Transports.Vsock.VhostUser.Packets;

/// <summary>VIRTIO_VSOCK_OP_* (virtio 1.2, section 5.10.6): what a packet is for.</summary>
internal enum PacketOperation : ushort
{
    Invalid = 0,

    /// <summary>Opens a connection.</summary>
    Request = 1,

    /// <summary>Accepts one.</summary>
    Response = 2,

    /// <summary>There is no such connection, or not any more.</summary>
    Reset = 3,

    /// <summary>The sender will not receive, or not send, any more: <see cref="ShutdownFlags"/>.</summary>
    Shutdown = 4,

    /// <summary>Carries data.</summary>
    ReadWrite = 5,

    /// <summary>Says how much room the sender has; every packet does, this one does nothing else.</summary>
    CreditUpdate = 6,

    /// <summary>Asks for <see cref="CreditUpdate"/>.</summary>
    CreditRequest = 7,
}
