using System.Net.Sockets;
using System.Threading.Channels;
using Mayfly.Diagnostics;

namespace Mayfly.Transports.Vsock;

/// <summary>
/// Takes connections from a listening socket as they come, asked for or not, so that strangers are turned away at once
/// and do not fill the kernel's queue. Those of the guest wait here, as many as <see cref="VsockListener.Backlog"/>.
/// </summary>
internal sealed class SocketVsockListener : VsockListener, IOpenSocket
{
    private readonly Socket _socket;
    private readonly IDisposable _binding;
    private readonly Func<Socket, uint?> _guestPortOf;
    private readonly OpenSockets _owner;
    private readonly Channel<(Socket Socket, uint GuestPort)> _waiting =
        Channel.CreateBounded<(Socket Socket, uint GuestPort)>(Backlog);

    private readonly Task _accepting;
    private volatile bool _disposed;

    private SocketVsockListener(uint port, Socket socket, IDisposable binding, Func<Socket, uint?> guestPortOf, OpenSockets owner)
        : base(port)
    {
        _socket = socket;
        _binding = binding;
        _guestPortOf = guestPortOf;
        _owner = owner;
        _accepting = AcceptLoopAsync();
    }

    /// <summary>Takes a listening socket over; it is closed where the endpoint has ended.</summary>
    /// <param name="port">The host's port it stands for.</param>
    /// <param name="socket">The socket, listening.</param>
    /// <param name="binding">What to dispose of in order to close the socket and give its address back.</param>
    /// <param name="guestPortOf">The port that a connection comes from; null where it does not come from the guest.</param>
    /// <param name="owner">Ends it.</param>
    /// <exception cref="SandboxVsockException">The endpoint has ended.</exception>
    public static SocketVsockListener Open(uint port, Socket socket, IDisposable binding, Func<Socket, uint?> guestPortOf, OpenSockets owner)
    {
        var listener = new SocketVsockListener(port, socket, binding, guestPortOf, owner);
        if (owner.TryAdd(listener))
        {
            return listener;
        }

        binding.Dispose();
        throw OpenSockets.Ended();
    }

    public override async Task<VsockStream> AcceptAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            var (socket, guestPort) = await _waiting.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return SocketVsockStream.Open(socket, Port, guestPort, _owner);
        }
        catch (ChannelClosedException closed)
        {
            throw Failure(closed.InnerException);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _disposed = true;
        _owner.Remove(this);
        await EndAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task EndAsync()
    {
        _binding.Dispose();
        await _accepting.ConfigureAwait(false);
        while (_waiting.Reader.TryRead(out var waiting))
        {
            waiting.Socket.Dispose();
        }
    }

    private async Task AcceptLoopAsync()
    {
        try
        {
            while (true)
            {
                var peer = await _socket.AcceptAsync().ConfigureAwait(false);
                if (_guestPortOf(peer) is not { } guestPort || !_waiting.Writer.TryWrite((peer, guestPort)))
                {
                    peer.Dispose();
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It was closed, or the host is out of descriptors or memory: to try again would be to spin, and whoever dials
            // an address that is given back is at least refused.
            _waiting.Writer.Complete(exception);
            _binding.Dispose();
        }
    }

    private Exception Failure(Exception? cause)
    {
        if (_disposed)
        {
            return new ObjectDisposedException(nameof(VsockListener), cause);
        }

        return _owner.Ending.IsCancellationRequested
            ? OpenSockets.Ended(cause)
            : new SandboxVsockException(ErrorCode.VsockFailed, $"the host can't accept on its vsock port {Port} any more: {cause?.Message}. Listen again when the host has open files and memory to spare.", cause);
    }
}
