namespace Mayfly.Protocol;

/// <summary>
/// Listens on a TCP port of the guest's loopback (127.0.0.1). <see cref="ListeningProgress"/> tells the port,
/// <see cref="ConnectionProgress"/> each connection, to be taken by an <see cref="AcceptRequest"/> of a channel of its own.
/// Goes on until it is cancelled; connections that nobody has taken by then are reset. At most
/// <see cref="ProtocolLimits.MaxWaitingConnections"/> wait; further ones stay in the kernel's queue.
/// </summary>
public sealed record ListenRequest : Request
{
    /// <summary>0 to 65535; 0 for one that is free.</summary>
    public required int Port { get; init; }
}
