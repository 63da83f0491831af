using System.Buffers;
using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>
/// Bytes from the guest, on their way from the read loop to one reader. Holds at most the window granted to the guest;
/// what the reader takes is granted anew, a quarter of a window at a time. What arrived before a fault can
/// still be read; then reading throws.
/// </summary>
/// <param name="windowBytes">What the guest may send before it is granted more.</param>
/// <param name="grant">Called with every number of bytes to grant the guest.</param>
internal sealed class InboundStream(int windowBytes, Action<int> grant) : Stream
{
    private const int GrantBytes = ProtocolLimits.WindowBytes / 4;
    private const int SegmentBytes = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly AsyncSignal _arrived = new();
    private readonly Queue<byte[]> _segments = new();
    private byte[]? _tail;
    private int _headOffset;
    private int _tailLength;
    private int _window = windowBytes;
    private int _consumed;
    private long _buffered;
    private bool _ended;
    private bool _discarding;
    private Exception? _fault;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes a data frame's payload. Called by the read loop.</summary>
    /// <exception cref="ProtocolException">It comes after the end or exceeds what was granted.</exception>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var granted = 0;
        lock (_gate)
        {
            if (_ended)
            {
                throw new ProtocolException("data after the end of its stream");
            }

            if (bytes.Length > _window)
            {
                throw new ProtocolException($"{bytes.Length} bytes of data where {_window} were granted");
            }

            _window -= bytes.Length;
            if (_discarding)
            {
                granted = Consume(bytes.Length);
            }
            else
            {
                Store(bytes);
            }
        }

        Grant(granted);
        _arrived.Set();
    }

    /// <summary>Takes the end of the stream. Called by the read loop.</summary>
    /// <exception cref="ProtocolException">It has ended before.</exception>
    public void AppendEnd()
    {
        lock (_gate)
        {
            if (_ended)
            {
                throw new ProtocolException("a second end of the same stream");
            }
        }

        End(fault: null);
    }

    /// <summary>Ends the stream if it has not ended; a fault is thrown once everything that arrived has been read.</summary>
    public void End(Exception? fault)
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _ended = true;
                _fault = fault;
            }
        }

        _arrived.Set();
    }

    /// <summary>Drops what is there and what will come; the guest is granted it all. A waiting read fails.</summary>
    public void Discard()
    {
        int granted;
        lock (_gate)
        {
            if (_discarding)
            {
                return;
            }

            _discarding = true;
            granted = Consume((int)_buffered);
            _buffered = 0;
            while (_segments.TryDequeue(out var segment))
            {
                ArrayPool<byte>.Shared.Return(segment);
            }

            _tail = null;
        }

        Grant(granted);
        _arrived.Set();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            if (TryTake(buffer.Span) is { } count)
            {
                return count;
            }

            await _arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Blocks the calling thread; prefer <see cref="ReadAsync(Memory{byte}, CancellationToken)"/>.</summary>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Discard();
        }

        base.Dispose(disposing);
    }

    private int? TryTake(Span<byte> destination)
    {
        int taken;
        int granted;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_discarding, this);
            if (_buffered == 0)
            {
                if (!_ended)
                {
                    return destination.IsEmpty ? 0 : null;
                }

                return _fault switch
                {
                    null => 0,
                    SessionBrokenException broken => throw new SessionBrokenException(broken.Message, broken),
                    _ => throw new IOException(_fault.Message, _fault),
                };
            }

            taken = Take(destination);
            granted = Consume(taken);
        }

        Grant(granted);
        return taken;
    }

    private void Store(ReadOnlySpan<byte> bytes)
    {
        _buffered += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_tail is null || _tailLength == _tail.Length)
            {
                _tail = ArrayPool<byte>.Shared.Rent(Math.Max(SegmentBytes, bytes.Length));
                _tailLength = 0;
                _segments.Enqueue(_tail);
            }

            var count = Math.Min(bytes.Length, _tail.Length - _tailLength);
            bytes[..count].CopyTo(_tail.AsSpan(_tailLength));
            _tailLength += count;
            bytes = bytes[count..];
        }
    }

    private int Take(Span<byte> destination)
    {
        var taken = 0;
        while (taken < destination.Length && _buffered > 0)
        {
            var head = _segments.Peek();
            var headLength = ReferenceEquals(head, _tail) ? _tailLength : head.Length;
            var count = Math.Min(destination.Length - taken, headLength - _headOffset);
            head.AsSpan(_headOffset, count).CopyTo(destination[taken..]);
            taken += count;
            _headOffset += count;
            _buffered -= count;
            if (_headOffset == headLength)
            {
                ReleaseHead();
            }
        }

        return taken;
    }

    private void ReleaseHead()
    {
        var head = _segments.Dequeue();
        _headOffset = 0;
        if (ReferenceEquals(head, _tail))
        {
            _tail = null;
        }

        ArrayPool<byte>.Shared.Return(head);
    }

    private int Consume(int bytes)
    {
        _consumed += bytes;
        if (_consumed < GrantBytes || _ended)
        {
            return 0;
        }

        var granted = _consumed;
        _window += granted;
        _consumed = 0;
        return granted;
    }

    private void Grant(int bytes)
    {
        if (bytes > 0)
        {
            grant(bytes);
        }
    }
}
