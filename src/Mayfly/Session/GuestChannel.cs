using System.Buffers.Binary;
using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>
/// One operation's part of the conversation. <see cref="Receive"/> is called by the read loop only, checks what the
/// guest sent and never waits. The channel is forgotten after its outcome; whatever comes for it later is ignored.
/// </summary>
internal abstract class GuestChannel(OutgoingQueue queue, TimeProvider timeProvider)
{
    private long _lastHeard = timeProvider.GetTimestamp();
    private volatile bool _ended;

    /// <summary>The channel's number; 0 until it is open.</summary>
    public uint Number { get; private set; }

    /// <summary>What the queue has yet to say on the channel's behalf.</summary>
    public ChannelNotices Notices { get; } = new();

    /// <summary>Whether the outcome has come or the session has broken; so before anybody sees a stream of the channel end for that.</summary>
    public bool HasEnded => _ended;

    public long LastHeardTimestamp => Volatile.Read(ref _lastHeard);

    protected OutgoingQueue Queue => queue;

    /// <summary>The stream to the guest; null where the operation has none.</summary>
    protected abstract OutboundStream? Outbound { get; }

    /// <summary>Gives the channel its number, when its first frame is queued.</summary>
    public void Open(uint number) => Number = number;

    /// <summary>Takes one frame from the guest.</summary>
    /// <returns>Whether the operation goes on; false after its outcome.</returns>
    /// <exception cref="ProtocolException">The frame is not one that may come now.</exception>
    public bool Receive(Frame frame)
    {
        Volatile.Write(ref _lastHeard, timeProvider.GetTimestamp());
        switch (frame.Header.Type)
        {
            case FrameType.Data:
                Inbound(frame.Header.Stream).Append(frame.Payload.Span);
                return true;
            case FrameType.Eof when frame.Payload.IsEmpty:
                Inbound(frame.Header.Stream).AppendEnd();
                return true;
            case FrameType.Credit when frame.Payload.Length == sizeof(uint):
                ReceiveCredit(frame);
                return true;
            case FrameType.Progress:
                OnProgress(GuestMessages.ReadProgress(frame.Payload.Span));
                return true;
            case FrameType.Outcome:
                OnOutcome(GuestMessages.ReadOutcome(frame.Payload.Span));
                return false;
            default:
                throw new ProtocolException($"an unexpected {frame.Header.Type} frame of {frame.Payload.Length} bytes on channel {Number}");
        }
    }

    /// <summary>The session has broken: fails everything that waits on the channel.</summary>
    public virtual void Break(SessionBrokenException reason)
    {
        _ended = true;
        Outbound?.End(reason);
    }

    /// <summary>The stream from the guest with this id, or null where the operation has none.</summary>
    protected abstract InboundStream? FindInbound(StreamId id);

    /// <summary>Takes a progress message.</summary>
    protected abstract void OnProgress(Progress progress);

    /// <summary>Takes the outcome; the implementation calls <see cref="End"/> once it has accepted it.</summary>
    protected abstract void OnOutcome(Outcome outcome);

    /// <summary>The operation has ended in order: its streams end as well.</summary>
    protected void End()
    {
        _ended = true;
        Outbound?.End(fault: null);
        FindInbound(StreamId.Output)?.End(fault: null);
        FindInbound(StreamId.Error)?.End(fault: null);
    }

    /// <summary>Creates a stream from the guest whose reader's progress is granted to the guest.</summary>
    protected InboundStream CreateInbound(StreamId id, int windowBytes = ProtocolLimits.WindowBytes) =>
        new(windowBytes, bytes =>
        {
            if (!HasEnded)
            {
                queue.Grant(this, id, bytes);
            }
        });

    private InboundStream Inbound(StreamId id) =>
        FindInbound(id) ?? throw new ProtocolException($"a frame for stream {id} of channel {Number}, which the guest does not send");

    private void ReceiveCredit(Frame frame)
    {
        if (frame.Header.Stream != StreamId.Input || Outbound is null)
        {
            throw new ProtocolException($"credit for stream {frame.Header.Stream} of channel {Number}, which the host does not send");
        }

        Outbound.AddCredit(BinaryPrimitives.ReadUInt32LittleEndian(frame.Payload.Span));
    }
}
