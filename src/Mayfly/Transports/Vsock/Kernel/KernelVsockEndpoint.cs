using System.Net.Sockets;
using Mayfly.Diagnostics;
using Mayfly.Native;

namespace Mayfly.Transports.Vsock.Kernel;

/// <summary>One guest's vsock device when the host's kernel is the back end of it.</summary>
/// <remarks>
/// Primer. The kernel module vhost_vsock moves a guest's packets; QEMU only opens <c>/dev/vhost-vsock</c> and gives the
/// guest its context id there (VHOST_VSOCK_SET_GUEST_CID, linux/vhost.h), a 32-bit number that no two guests of a host can
/// have at once. 0 to 2 and 4294967295 are special: 2 is the host. The host's programs reach guests with AF_VSOCK sockets
/// (man 7 vsock), whose addresses are a context id and a port (<c>struct sockaddr_vm</c>, linux/vm_sockets.h), and which
/// otherwise behave as TCP's do: connect, accept, shutdown, reset.
///
/// Ports of the host are one space for all guests: each of them can connect to whatever listens there. So a listener
/// looks at the context id of each connection, which the kernel vouches for, and takes only its own guest's. There is no
/// address of the host's per guest that it could be bound to instead.
///
/// .NET's socket constructor refuses the family (40), but it wraps a descriptor of it, and then binds, connects and
/// accepts asynchronously with an <see cref="System.Net.EndPoint"/> of one's own.
/// </remarks>
internal sealed class KernelVsockEndpoint : IVsockEndpoint
{
    private const uint FirstUnprivilegedPort = 1024;

    private readonly ContextIdLease _lease;
    private readonly VsockNetwork _network;
    private readonly OpenSockets _open = new();

    /// <summary>Takes the lease over.</summary>
    internal KernelVsockEndpoint(ContextIdLease lease, VsockNetwork network)
    {
        _lease = lease;
        _network = network;
    }

    /// <summary>The guest's, this endpoint's alone until disposal.</summary>
    public uint ContextId => _lease.ContextId;

    /// <summary>Leases a context id for a guest to be started.</summary>
    /// <exception cref="SandboxConfigurationException">No context id can be had, or the runtime directory is unsafe.</exception>
    public static KernelVsockEndpoint Create() => new(ContextIdLease.Take(), VsockNetwork.Kernel);

    /// <inheritdoc/>
    public async Task<VsockStream> ConnectAsync(uint port, CancellationToken cancellationToken)
    {
        PortRange.Check(port);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _open.Ending);
        Socket? socket = null;
        try
        {
            socket = _network.Open();
            await socket.ConnectAsync(new VsockEndPoint(_network.Family, ContextId, port), ending.Token).ConfigureAwait(false);
            return SocketVsockStream.Open(socket, ((VsockEndPoint)socket.LocalEndPoint!).Port, port, _open);
        }
        catch (Exception exception)
        {
            socket?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (ConnectFailure(port, exception) is { } failure)
            {
                throw failure;
            }

            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="SandboxConfigurationException">MAY1001: ports below 1024 are root's.</exception>
    public VsockListener Listen(uint? port)
    {
        if (port is { } asked)
        {
            PortRange.Check(asked);
        }

        Socket? socket = null;
        try
        {
            socket = _network.Open();
            socket.Bind(new VsockEndPoint(_network.Family, VsockAddress.AnyContextId, port ?? VsockAddress.AnyPort));
            socket.Listen(VsockListener.Backlog);
            return SocketVsockListener.Open(((VsockEndPoint)socket.LocalEndPoint!).Port, socket, socket, GuestPortOf, _open);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            socket?.Dispose();
            throw ListenFailure(port, exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _open.DisposeAsync().ConfigureAwait(false);
        _lease.Dispose();
    }

    private uint? GuestPortOf(Socket peer)
    {
        try
        {
            return peer.RemoteEndPoint is VsockEndPoint address && address.ContextId == ContextId ? address.Port : null;
        }
        catch (SocketException)
        {
            // It hung up before it could be asked who it is.
            return null;
        }
    }

    private SandboxVsockException? ConnectFailure(uint port, Exception cause) => cause switch
    {
        OperationCanceledException => OpenSockets.Ended(cause),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.ConnectionReset } => new SandboxVsockException(
            ErrorCode.VsockRefused,
            $"nobody listens on vsock port {port} in the guest. Start the program there first.",
            cause),
        SocketException or IOException => new SandboxVsockException(
            ErrorCode.VsockFailed,
            $"the guest (context id {ContextId}) can't be reached on vsock port {port}: {cause.Message}",
            cause),
        _ => null,
    };

    private static MayflyException ListenFailure(uint? port, Exception cause) => (cause as SocketException)?.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new SandboxVsockException(
            ErrorCode.VsockPortInUse,
            $"the host's vsock port {port} is listened on already; with the kernel's vsock all sandboxes and programs of this host share the ports. Take another, or none to get one that is free.",
            cause),
        SocketError.AccessDenied when port < FirstUnprivilegedPort => new SandboxConfigurationException(
            ErrorCode.InvalidOption,
            $"vsock port {port} of the host is root's to listen on, as all below {FirstUnprivilegedPort} are. Take a higher one, or none to get one that is free.",
            cause),
        _ => new SandboxVsockException(ErrorCode.VsockFailed, $"the host can't listen on vsock port {port?.ToString() ?? "(any)"}: {cause.Message}", cause),
    };
}
