using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>
/// Bytes for the guest. A write waits for the guest's credit and for room in the queue, and returns when its bytes are
/// queued. Disposal is end of file. A write to an operation that has ended throws an <see cref="IOException"/>, as a
/// pipe without readers would: discarding in silence would let an endless source be copied for ever.
/// </summary>
internal sealed class OutboundStream(GuestChannel channel, OutgoingQueue queue) : Stream
{
    private readonly Lock _gate = new();
    private readonly AsyncSignal _changed = new();
    private long _credit = ProtocolLimits.WindowBytes;
    private bool _ended;
    private bool _disposed;
    private SessionBrokenException? _fault;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes credit from the guest. Called by the read loop.</summary>
    /// <exception cref="ProtocolException">More than anybody could use.</exception>
    public void AddCredit(uint bytes)
    {
        lock (_gate)
        {
            if (_credit + bytes > int.MaxValue)
            {
                throw new ProtocolException($"{bytes} bytes of credit on top of {_credit}");
            }

            _credit += bytes;
        }

        _changed.Set();
    }

    /// <summary>No more bytes are wanted. With a fault, waiting and later writes throw it; else they throw a broken pipe.</summary>
    public void End(SessionBrokenException? fault)
    {
        lock (_gate)
        {
            _ended = true;
            _fault ??= fault;
        }

        _changed.Set();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (!buffer.IsEmpty)
        {
            var count = TakeCredit(Math.Min(buffer.Length, ProtocolLimits.MaxDataBytes));
            if (count == 0)
            {
                await _changed.WaitAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            await SendAsync(buffer[..count], cancellationToken).ConfigureAwait(false);
            buffer = buffer[count..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Blocks the calling thread; prefer <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>.</summary>
    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <summary>Does nothing: what is queued goes out at once.</summary>
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                _disposed = true;
            }

            queue.CloseInput(channel);
            _changed.Set();
        }

        base.Dispose(disposing);
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var sent = false;
        try
        {
            sent = await queue.SendAsync(channel, FrameType.Data, bytes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!sent)
            {
                ReturnCredit(bytes.Length);
            }
        }

        if (!sent)
        {
            ThrowIfUnusable();
            throw BrokenPipe();
        }
    }

    private int TakeCredit(int wanted)
    {
        lock (_gate)
        {
            ThrowIfUnusable();
            var count = (int)Math.Min(wanted, _credit);
            _credit -= count;
            return count;
        }
    }

    private void ReturnCredit(int bytes)
    {
        lock (_gate)
        {
            _credit += bytes;
        }

        _changed.Set();
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_fault is not null)
        {
            throw new SessionBrokenException(_fault.Message, _fault);
        }

        if (_ended)
        {
            throw BrokenPipe();
        }
    }

    private static IOException BrokenPipe() => new("The operation in the guest has ended and takes no more input (broken pipe).");
}
