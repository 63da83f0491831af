namespace Mayfly.Transports.Vsock;

/// <summary>
/// The host's end of one guest's vsock device, whoever provides it. Made before the machine starts. Disposal ends every
/// connection and listener and removes its sockets; it is safe to repeat.
/// </summary>
internal interface IVsockEndpoint : IAsyncDisposable
{
    /// <summary>Dials a port in the guest.</summary>
    /// <param name="port">1 to 4294967294.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SandboxVsockException">MAY3040: nobody listens there; MAY3042: the guest does not answer, or has ended.</exception>
    Task<VsockStream> ConnectAsync(uint port, CancellationToken cancellationToken);

    /// <summary>Listens for connections from this guest, and no other.</summary>
    /// <param name="port">The host's port; null for one that is free.</param>
    /// <exception cref="SandboxVsockException">MAY3041: the port is taken.</exception>
    VsockListener Listen(uint? port);
}
