namespace Mayfly.Transports.Vsock.VhostUser.Connections;

/// <summary>The bounds on what one guest's connections may take of the host.</summary>
internal static class VsockLimits
{
    /// <summary>The host's context id (VMADDR_CID_HOST).</summary>
    public const ulong HostId = 2;

    /// <summary>The guest's: the first that is free. No two guests share a device, so all may have the same.</summary>
    public const ulong GuestId = 3;

    /// <summary>What the guest may send on a connection before the application has read any of it.</summary>
    public const int ReceiveBufferBytes = 512 * 1024;

    /// <summary>What an application may write to a connection before the guest has taken any of it.</summary>
    public const int SendBufferBytes = 256 * 1024;

    /// <summary>
    /// Connections at once: with both buffers full they take 384 MiB, whatever the guest does. One that has ended counts for as
    /// long as the application has its stream.
    /// </summary>
    public const int MaxConnections = 512;

    /// <summary>
    /// Resets that wait for a buffer of the guest's. With more, nothing further is taken from it until it gives some: a
    /// guest that asks for answers without taking them waits for itself.
    /// </summary>
    public const int MaxReplies = 256;

    /// <summary>Of the credit that a guest grants, no more than this is believed. It keeps counters from wrapping.</summary>
    public const uint MaxPeerCreditBytes = 64 * 1024 * 1024;

    /// <summary>
    /// The guest hears of read bytes when there are this many: each word costs it an interrupt, and it should not have to wait
    /// for one with room left.
    /// </summary>
    public const int CreditStepBytes = ReceiveBufferBytes / 4;

    /// <summary>The largest payload the host sends in a packet (VIRTIO_VSOCK_MAX_PKT_BUF_SIZE of Linux).</summary>
    public const int MaxPayloadBytes = 64 * 1024;

    /// <summary>The first port for connections of the host's own, far from those that people choose.</summary>
    public const uint FirstEphemeralPort = 0x4000_0000;

    /// <summary>How long the guest may take to accept or refuse a connection.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection that was disposed of waits for a guest that takes nothing of what is left to send.</summary>
    public static readonly TimeSpan LingerTimeout = TimeSpan.FromSeconds(30);
}
