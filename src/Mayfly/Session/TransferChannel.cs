using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>A push, which has a stream to the guest, or a pull, which has one from it.</summary>
internal sealed class TransferChannel : GuestChannel
{
    private readonly TaskCompletionSource<Outcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TransferChannel(Request request, OutgoingQueue queue, TimeProvider timeProvider)
        : base(queue, timeProvider)
    {
        Input = request is PushRequest ? new OutboundStream(this, queue) : null;
        Output = request is PullRequest ? CreateInbound(StreamId.Output) : null;
    }

    /// <summary>The tar stream of a push.</summary>
    public OutboundStream? Input { get; }

    /// <summary>The tar stream of a pull.</summary>
    public InboundStream? Output { get; }

    /// <summary>A <see cref="TransferOutcome"/> or a <see cref="FailedOutcome"/>; faults with the session.</summary>
    public Task<Outcome> Outcome => _outcome.Task;

    protected override OutboundStream? Outbound => Input;

    /// <summary>Ends the transfer without waiting; its remaining frames are dropped.</summary>
    public void Abandon()
    {
        Output?.Dispose();
        if (!HasEnded)
        {
            Queue.Cancel(this);
        }

        // Also after a failure: the guest throws input away until it sees the end.
        Input?.Dispose();
    }

    public override void Break(SessionBrokenException reason)
    {
        base.Break(reason);
        Output?.End(reason);
        _outcome.TrySetException(reason);
        _ = _outcome.Task.Exception;
    }

    protected override InboundStream? FindInbound(StreamId id) => id == StreamId.Output ? Output : null;

    protected override void OnProgress(Progress progress)
    {
        if (progress is not HeartbeatProgress)
        {
            throw new ProtocolException($"a {progress.GetType().Name} for the transfer on channel {Number}");
        }
    }

    protected override void OnOutcome(Outcome outcome)
    {
        if (outcome is not (TransferOutcome or FailedOutcome))
        {
            throw new ProtocolException($"a {outcome.GetType().Name} for the transfer on channel {Number}");
        }

        End();
        _outcome.TrySetResult(outcome);
    }
}
