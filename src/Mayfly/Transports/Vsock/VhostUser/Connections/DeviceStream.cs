using System.Buffers;
using System.IO.Pipelines;

namespace Mayfly.Transports.Vsock.VhostUser.Connections;

/// <summary>
/// The application's end of a connection. Whoever reads or writes when it is disposed of is woken and closes its own pipe;
/// otherwise the disposal does.
/// </summary>
internal sealed class DeviceStream : VsockStream
{
    private readonly VsockConnection _connection;
    private readonly PipeReader _reader;
    private readonly PipeWriter _writer;
    private readonly StreamGate _reading = new();
    private readonly StreamGate _writing = new();
    private volatile bool _disposed;

    public DeviceStream(VsockConnection connection, PipeReader reader, PipeWriter writer)
        : base(connection.Key.HostPort, connection.Key.GuestPort)
    {
        _connection = connection;
        _reader = reader;
        _writer = writer;
    }

    /// <summary>Whether the application is done with it.</summary>
    public bool IsDisposed => _disposed;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(!_reading.TryEnter(), this);
        try
        {
            if (buffer.IsEmpty)
            {
                return 0;
            }

            var result = await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ObjectDisposedException.ThrowIf(result.IsCanceled, this);
            var taken = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
            taken.CopyTo(buffer.Span);

            // The sequence is void once the reader has moved on.
            var count = (int)taken.Length;
            _reader.AdvanceTo(taken.End);
            if (count > 0)
            {
                _connection.NoteRead(count);
            }

            return count;
        }
        finally
        {
            if (_reading.Leave())
            {
                await _reader.CompleteAsync().ConfigureAwait(false);
            }
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_writing.TryEnter())
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            throw WritesCompleted();
        }

        try
        {
            while (!buffer.IsEmpty)
            {
                // In pieces, because the pipe first takes what it is given and then says that it was too much.
                var piece = buffer[..Math.Min(buffer.Length, VsockLimits.SendBufferBytes / 4)];
                buffer = buffer[piece.Length..];
                var flushing = _writer.WriteAsync(piece, cancellationToken);
                _connection.NoteWritten();
                var result = await flushing.ConfigureAwait(false);
                ObjectDisposedException.ThrowIf(result.IsCanceled, this);
            }
        }
        finally
        {
            if (_writing.Leave())
            {
                CompleteWriter();
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var shared = ArrayPool<byte>.Shared.Rent(buffer.Length);
        try
        {
            var count = ReadAsync(shared.AsMemory(0, buffer.Length)).AsTask().GetAwaiter().GetResult();
            shared.AsSpan(0, count).CopyTo(buffer);
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(shared);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Does nothing: what is written is on its way.</summary>
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void CompleteWrites()
    {
        if (_writing.Close())
        {
            CompleteWriter();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            if (_reading.Close())
            {
                _reader.Complete();
            }
            else
            {
                _reader.CancelPendingRead();
            }

            if (_writing.Close())
            {
                CompleteWriter();
            }
            else
            {
                _writer.CancelPendingFlush();
            }

            _connection.NoteWritten();
        }

        base.Dispose(disposing);
    }

    private void CompleteWriter()
    {
        _writer.Complete();
        _connection.NoteWritten();
    }
}
