using System.Net.Sockets;
using System.Text;
using Mayfly.Diagnostics;
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
    /// <summary>sun_path holds 108 bytes, one of them the terminating zero.</summary>
    private const int MaxSocketPathBytes = 107;

    private readonly Socket _listener;
    private readonly string _socketPath;
    private int _connecting;
    private volatile bool _disposed;

    /// <summary>Binds and listens, so that the monitor can connect whenever it likes.</summary>
    /// <exception cref="SandboxConfigurationException">The directory's path is too long for a socket.</exception>
    public SerialTransport(string directory)
    {
        _socketPath = Path.Combine(directory, "session.sock");
        var length = Encoding.UTF8.GetByteCount(_socketPath);
        if (length > MaxSocketPathBytes)
        {
            throw new SandboxConfigurationException(
                ErrorCode.InvalidOption,
                $"The socket path '{_socketPath}' has {length} bytes and Unix sockets allow {MaxSocketPathBytes}. Set XDG_RUNTIME_DIR to a shorter directory.");
        }

        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            _listener.Bind(new UnixDomainSocketEndPoint(_socketPath));
            // The directory is private already; the mode only matters before listen() anyway, since nobody can connect yet.
            File.SetUnixFileMode(_socketPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _listener.Listen(backlog: 1);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }

        Device = new SerialPortDevice(GuestPaths.SessionPort, _socketPath);
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
            var socket = await _listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
            Close();
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
        Close();
        return ValueTask.CompletedTask;
    }

    private void Close()
    {
        _listener.Dispose();
        try
        {
            File.Delete(_socketPath);
        }
        catch (DirectoryNotFoundException)
        {
            // The warden has removed the sandbox's whole directory.
        }
    }
}
