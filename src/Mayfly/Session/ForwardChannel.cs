using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>The channel of one connection to a program in the guest.</summary>
internal sealed class ForwardChannel : GuestChannel
{
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;

    public ForwardChannel(OutgoingQueue queue, TimeProvider timeProvider)
        : base(queue, timeProvider)
    {
        Input = new OutboundStream(this, queue);
        Output = CreateInbound(StreamId.Output);
        Stream = new ForwardStream(this);
    }

    /// <summary>The two ways as one stream, whose disposal gives the connection up.</summary>
    public GuestStream Stream { get; }

    public OutboundStream Input { get; }

    public InboundStream Output { get; }

    /// <summary>Completes when the program has answered; faults where there is none, or with the session.</summary>
    public Task Connected => _connected.Task;

    /// <summary>Completes with the outcome or the session's end; never faults.</summary>
    public Task Over => _over.Task;

    protected override OutboundStream? Outbound => Connected.IsCompletedSuccessfully ? Input : null;

    /// <summary>Ends the connection without waiting: a reset, unless both ways have ended.</summary>
    public void Abandon()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Output.Dispose();
            if (!HasEnded)
            {
                Queue.Cancel(this);
            }

            Input.Dispose();
        }
    }

    public override void Break(SessionBrokenException reason)
    {
        base.Break(reason);
        Input.End(reason);
        Output.End(reason);
        Fail(reason);
        _over.TrySetResult();
    }

    protected override InboundStream? FindInbound(StreamId id) =>
        id == StreamId.Output && Connected.IsCompletedSuccessfully ? Output : null;

    protected override void OnProgress(Progress progress)
    {
        if (progress is not ConnectedProgress || !_connected.TrySetResult())
        {
            throw new ProtocolException($"a {progress.GetType().Name} for the connection on channel {Number}");
        }
    }

    protected override void OnOutcome(Outcome outcome)
    {
        switch (outcome)
        {
            case FailedOutcome failed when !Connected.IsCompleted:
                End();
                Fail(ForwardErrors.FromGuest(failed));
                break;
            case FailedOutcome failed:
                // Before the channel's own end, which would be that of a program that has said all it wanted.
                Output.End(new IOException(failed.Message));
                End();
                break;
            case ClosedOutcome when Connected.IsCompleted:
                End();
                break;
            default:
                throw new ProtocolException($"a {outcome.GetType().Name} for the connection on channel {Number}");
        }

        _over.TrySetResult();
    }

    private void Fail(Exception reason)
    {
        _connected.TrySetException(reason);

        // Nobody need have looked at it.
        _ = _connected.Task.Exception;
    }
}
