using System.Globalization;
using System.Net.Sockets;
using Mayfly.Diagnostics;

namespace Mayfly.Transports.Vsock.Hybrid;

/// <summary>One guest's vsock device when the monitor is the back end of it and hands connections on to Unix sockets.</summary>
/// <remarks>
/// Primer, after docs/vsock.md of Firecracker; Cloud Hypervisor speaks the same. The monitor is told one path.
///
/// The host dials the guest: the monitor listens at that path. Each connection to it starts with a line of the host's,
/// <c>CONNECT PORT\n</c>, the guest's port in decimal. When the guest has accepted, the monitor answers
/// <c>OK HOSTPORT\n</c>, where the host's port is one of the monitor's own choice, and from the next byte on the
/// connection is the guest's. When nobody listens there, the monitor closes the connection without a word.
///
/// The guest dials the host: it connects to a port of context id 2, and the monitor connects to the Unix socket at
/// <c>PATH_PORT</c>, where the host listens, or resets the guest where nobody does. Nothing is said on that connection
/// that is not the guest's, so the guest's port stays unknown: it is 0 here.
///
/// The guest's context id plays no part: the paths are this guest's alone, and so are the ports.
/// </remarks>
internal sealed class HybridVsockEndpoint : IVsockEndpoint
{
    /// <summary>Ports without a meaning of their own start here, as with TCP (RFC 6335).</summary>
    private const uint FirstFreePort = 49152;

    private const uint LastFreePort = 65535;

    private readonly string _path;
    private readonly OpenSockets _open = new();

    /// <summary>Checks the paths; the monitor makes the socket.</summary>
    /// <param name="path">Where the monitor listens, in a directory that nobody else can reach into.</param>
    /// <exception cref="SandboxConfigurationException">MAY1001: with a port behind it, it would be too long for a socket.</exception>
    public HybridVsockEndpoint(string path)
    {
        _path = path;
        PrivateUnixSocket.CheckLength(PathOf(uint.MaxValue));
    }

    /// <inheritdoc/>
    public async Task<VsockStream> ConnectAsync(uint port, CancellationToken cancellationToken)
    {
        PortRange.Check(port);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _open.Ending);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await ReachMonitorAsync(socket, port, ending.Token).ConfigureAwait(false);
            var hostPort = await HybridHandshake.RunAsync(socket, port, ending.Token).ConfigureAwait(false);
            return SocketVsockStream.Open(socket, hostPort, port, _open);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (exception is OperationCanceledException)
            {
                throw OpenSockets.Ended(exception);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public VsockListener Listen(uint? port)
    {
        if (port is { } asked)
        {
            PortRange.Check(asked);
            return TryListen(asked)
                ?? throw new SandboxVsockException(ErrorCode.VsockPortInUse, $"the host listens on vsock port {asked} of this sandbox already. Take another, or none to get one that is free.");
        }

        for (var free = FirstFreePort; free <= LastFreePort; free++)
        {
            if (TryListen(free) is { } listener)
            {
                return listener;
            }
        }

        throw new SandboxVsockException(ErrorCode.VsockPortInUse, $"the host listens on all vsock ports from {FirstFreePort} to {LastFreePort} of this sandbox. Dispose of listeners, or name a port outside that range.");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _open.DisposeAsync();

    private async Task ReachMonitorAsync(Socket socket, uint port, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_path), cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw new SandboxVsockException(
                ErrorCode.VsockFailed,
                $"vsock port {port} of the guest can't be dialled, for its monitor does not answer at {_path}: {exception.Message}. The machine has ended or has no vsock device.",
                exception);
        }
    }

    private SocketVsockListener? TryListen(uint port)
    {
        PrivateUnixSocket binding;
        try
        {
            binding = new PrivateUnixSocket(PathOf(port), VsockListener.Backlog);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return null;
        }
        catch (SocketException exception)
        {
            throw new SandboxVsockException(ErrorCode.VsockFailed, $"the host can't listen at {PathOf(port)}: {exception.Message}", exception);
        }

        return SocketVsockListener.Open(port, binding.Socket, binding, _ => 0, _open);
    }

    private string PathOf(uint port) => string.Create(CultureInfo.InvariantCulture, $"{_path}_{port}");
}
