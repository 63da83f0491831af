namespace Mayfly;

/// <summary>
/// Takes the connections that programs in one guest make to a vsock port of the host (context id 2). Disposal turns away
/// what has not been accepted; accepted connections live on.
/// </summary>
public abstract class VsockListener : IAsyncDisposable
{
    /// <summary>Connections that may wait to be accepted; the guest is refused beyond that.</summary>
    public const int Backlog = 128;

    private protected VsockListener(uint port) => Port = port;

    /// <summary>The host's port it listens on.</summary>
    public uint Port { get; }

    /// <summary>Waits for the next connection.</summary>
    /// <param name="cancellationToken">Ends the wait; the listener goes on.</param>
    /// <exception cref="ObjectDisposedException">The listener was disposed of.</exception>
    /// <exception cref="SandboxVsockException">The machine has ended (MAY3042).</exception>
    public abstract Task<VsockStream> AcceptAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
