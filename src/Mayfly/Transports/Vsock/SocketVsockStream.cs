using System.Net.Sockets;
using Mayfly.Diagnostics;

namespace Mayfly.Transports.Vsock;

/// <summary>A vsock connection that the host has as a connected socket: of the kernel's vsock, or a Unix socket to a monitor.</summary>
internal sealed class SocketVsockStream : VsockStream, IOpenSocket
{
    private readonly Socket _socket;
    private readonly OpenSockets _owner;
    private volatile bool _disposed;
    private volatile bool _writesCompleted;

    private SocketVsockStream(Socket socket, uint hostPort, uint guestPort, OpenSockets owner)
        : base(hostPort, guestPort)
    {
        _socket = socket;
        _owner = owner;
    }

    /// <summary>Takes the socket over; it is closed where the endpoint has ended.</summary>
    /// <exception cref="SandboxVsockException">The endpoint has ended.</exception>
    public static SocketVsockStream Open(Socket socket, uint hostPort, uint guestPort, OpenSockets owner)
    {
        var stream = new SocketVsockStream(socket, hostPort, guestPort, owner);
        if (owner.TryAdd(stream))
        {
            return stream;
        }

        socket.Dispose();
        throw OpenSockets.Ended();
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            return _socket.Receive(buffer);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw Failure(exception);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            return await _socket.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw Failure(exception);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        ThrowIfUnwritable();
        try
        {
            while (!buffer.IsEmpty)
            {
                buffer = buffer[_socket.Send(buffer)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw Failure(exception);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfUnwritable();
        try
        {
            while (!buffer.IsEmpty)
            {
                buffer = buffer[await _socket.SendAsync(buffer, cancellationToken).ConfigureAwait(false)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw Failure(exception);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Nothing is held back, so there is nothing to do.</summary>
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;

    public override void CompleteWrites()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _writesCompleted = true;
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The connection is gone, so that nobody waits for this end any more; the next read tells why.
        }
    }

    /// <inheritdoc/>
    public Task EndAsync()
    {
        _socket.Dispose();
        return Task.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _disposed = true;
            _owner.Remove(this);
            _socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ThrowIfUnwritable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_writesCompleted)
        {
            throw WritesCompleted();
        }
    }

    private Exception Failure(Exception cause)
    {
        if (_disposed)
        {
            return new ObjectDisposedException(nameof(VsockStream), cause);
        }

        var reason = _owner.Ending.IsCancellationRequested
            ? OpenSockets.Ended(cause)
            : new SandboxVsockException(
                ErrorCode.VsockFailed,
                $"the vsock connection between the host's port {HostPort} and the guest's port {GuestPort} was lost: {cause.Message}",
                cause);
        return new IOException(reason.Message, reason);
    }
}
