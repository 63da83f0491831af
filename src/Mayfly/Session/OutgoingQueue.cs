using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>
/// Everything that goes to the guest. Frames with a payload wait for room in a buffer of fixed size, in turn, so no
/// sender starves another. What the read loop has to say (credit, pongs, cancel, end of input) needs no room: it is
/// noted on its channel, once however often it is said, and goes out behind the buffer. So reading never waits for
/// writing and two ends that both have much to say can't lock up.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle is never asked for holds nothing, and late senders still pass through it.")]
internal sealed class OutgoingQueue(Stream stream)
{
    /// <summary>One buffer of this size fills while the other is being written.</summary>
    public const int CapacityBytes = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly AsyncSignal _room = new();
    private readonly AsyncSignal _work = new();
    private readonly List<GuestChannel> _noticed = [];
    private ArrayBufferWriter<byte> _filling = new(CapacityBytes);
    private ArrayBufferWriter<byte> _sending = new(CapacityBytes);
    private byte[]? _pong;
    private SessionBrokenException? _broken;

    /// <summary>Queues the channel's Open frame; <paramref name="number"/> gives it its number in the order of the wire.</summary>
    public async ValueTask OpenAsync(Func<uint> number, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        await EnqueueAsync(
            () => new FrameHeader(request.Length, FrameType.Open, StreamId.Input, number()),
            request,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Queues the last frame there will be, which opens a channel, behind all that is still to be said of earlier ones.</summary>
    public async ValueTask OpenLastAsync(Func<uint> number, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        await EnqueueAsync(
            () =>
            {
                var header = new FrameHeader(request.Length, FrameType.Open, StreamId.Input, number());
                WriteNotices(_filling);
                _broken = new SessionBrokenException("The session with the guest has ended: its machine is being frozen.");
                return header;
            },
            request,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Queues a frame of a channel; false where its input has been closed or its operation has ended meanwhile.</summary>
    public ValueTask<bool> SendAsync(GuestChannel channel, FrameType type, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        EnqueueAsync(
            () => channel.HasEnded || (type == FrameType.Data && channel.Notices.InputClosed)
                ? null
                : new FrameHeader(payload.Length, type, StreamId.Input, channel.Number),
            payload,
            cancellationToken);

    /// <summary>Grants the guest more bytes on one stream.</summary>
    public void Grant(GuestChannel channel, StreamId source, int bytes) => Note(channel, notices => notices.AddCredit(source, bytes));

    /// <summary>Ends the channel's input, behind what has been queued on it.</summary>
    public void CloseInput(GuestChannel channel) => Note(channel, static notices => notices.CloseInput());

    /// <summary>Asks the guest to end the channel's operation.</summary>
    public void Cancel(GuestChannel channel) => Note(channel, static notices => notices.Cancel());

    /// <summary>Answers a ping. Only the newest answer is kept: a guest that pings faster than it reads gets fewer.</summary>
    public void Pong(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            _pong = _broken is null ? payload.ToArray() : null;
        }

        _work.Set();
    }

    /// <summary>Fails everything that waits and all that comes.</summary>
    public void Break(SessionBrokenException reason)
    {
        lock (_gate)
        {
            _broken ??= reason;
        }

        _room.Set();
    }

    /// <summary>Writes what is queued until cancelled or until the stream fails.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            while (TakeBatch())
            {
                await stream.WriteAsync(_sending.WrittenMemory, cancellationToken).ConfigureAwait(false);
                Recycle();
            }

            await _work.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> EnqueueAsync(Func<FrameHeader?> header, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                if (TryAppend(header, payload.Span) is { } sent)
                {
                    return sent;
                }

                await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool? TryAppend(Func<FrameHeader?> makeHeader, ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_broken is not null)
            {
                throw new SessionBrokenException(_broken.Message, _broken);
            }

            var frameBytes = FrameHeader.Size + payload.Length;
            if (_filling.WrittenCount > 0 && _filling.WrittenCount + frameBytes > CapacityBytes)
            {
                return null;
            }

            if (makeHeader() is not { } header)
            {
                return false;
            }

            Append(_filling, header, payload);
        }

        _work.Set();
        return true;
    }

    private void Note(GuestChannel channel, Action<ChannelNotices> note)
    {
        lock (_gate)
        {
            if (_broken is not null)
            {
                return;
            }

            note(channel.Notices);
            if (!channel.Notices.Listed)
            {
                channel.Notices.Listed = true;
                _noticed.Add(channel);
            }
        }

        _work.Set();
    }

    private bool TakeBatch()
    {
        lock (_gate)
        {
            (_filling, _sending) = (_sending, _filling);
            WriteNotices(_sending);
        }

        _room.Set();
        return _sending.WrittenCount > 0;
    }

    private void WriteNotices(ArrayBufferWriter<byte> buffer)
    {
        foreach (var channel in _noticed)
        {
            channel.Notices.WriteTo(buffer, channel.Number);
        }

        _noticed.Clear();
        if (_pong is not null)
        {
            Append(buffer, new FrameHeader(_pong.Length, FrameType.Pong, StreamId.Input, 0), _pong);
            _pong = null;
        }
    }

    private void Recycle()
    {
        // A long command line may have grown the buffer; the next batch does not need that much.
        if (_sending.Capacity > 2 * CapacityBytes)
        {
            _sending = new ArrayBufferWriter<byte>(CapacityBytes);
        }

        _sending.ResetWrittenCount();
    }

    /// <summary>Adds one frame to a buffer.</summary>
    public static void Append(ArrayBufferWriter<byte> buffer, FrameHeader header, ReadOnlySpan<byte> payload)
    {
        header.Write(buffer.GetSpan(FrameHeader.Size));
        buffer.Advance(FrameHeader.Size);
        buffer.Write(payload);
    }

    /// <summary>Adds a credit frame to a buffer.</summary>
    public static void AppendCredit(ArrayBufferWriter<byte> buffer, uint channel, StreamId source, uint bytes)
    {
        Span<byte> payload = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, bytes);
        Append(buffer, new FrameHeader(sizeof(uint), FrameType.Credit, source, channel), payload);
    }
}
