using System.Net.Sockets;
using Mayfly.Hypervisors;
using Mayfly.Protocol;
using Mayfly.Transports.Vsock;

namespace Mayfly.Transports.Serial;

/// <summary>
/// The way in through a virtio-serial port: Mayfly listens on a Unix socket in the sandbox's directory, the monitor
/// connects to it, once. The socket is gone as soon as that has happened.
/// </summary>
internal sealed class SerialTransport : ITransport
{
    private readonly PrivateUnixSocket _listener;
    private int _connecting;
    private volatile bool _disposed;

    /// <summary>Binds and listens, so that the monitor can connect whenever it likes.</summary>
    /// <exception cref="SandboxConfigurationException">The directory's path is too long for a socket.</exception>
    public SerialTransport(string directory)
    {
        var socketPath = Path.Combine(directory, "session.sock");
        _listener = new PrivateUnixSocket(socketPath, backlog: 1);
        Device = new SerialPortDevice(GuestPaths.SessionPort, socketPath);
    }

    public string Name => "serial";

    public GuestDevice Device { get; }

    public VsockSettings? Settings => null;

    public IVsockEndpoint? Vsock => null;

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The transport was disposed of before the monitor connected.</exception>
    /// <exception cref="InvalidOperationException">It was called before: there is one connection in a transport's life.</exception>
    public async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Interlocked.Exchange(ref _connecting, 1) != 0)
        {
            throw new InvalidOperationException("A serial transport carries one connection in its life.");
        }

        try
        {
            var socket = await _listener.Socket.AcceptAsync(cancellationToken).ConfigureAwait(false);
            _listener.Dispose();
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception exception) when (_disposed && exception is SocketException or ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(SerialTransport), exception);
        }
    }

    public ValueTask DisposeAsync()
    {
        _disposed = true;
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }
}
