using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>The last channel of a conversation: the guest comes to where its machine can be frozen.</summary>
internal sealed class FreezeChannel(OutgoingQueue queue, TimeProvider timeProvider) : GuestChannel(queue, timeProvider)
{
    private readonly TaskCompletionSource<Outcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A <see cref="FrozenOutcome"/> or a <see cref="FailedOutcome"/>; faults with the session.</summary>
    public Task<Outcome> Outcome => _outcome.Task;

    /// <summary>Whether the guest has said that it is frozen.</summary>
    public bool IsFrozen => Outcome.IsCompletedSuccessfully && Outcome.Result is FrozenOutcome;

    protected override OutboundStream? Outbound => null;

    public override void Break(SessionBrokenException reason)
    {
        base.Break(reason);
        _outcome.TrySetException(reason);
        _ = _outcome.Task.Exception;
    }

    protected override InboundStream? FindInbound(StreamId id) => null;

    protected override void OnProgress(Progress progress) =>
        throw new ProtocolException($"a {progress.GetType().Name} for the freezing on channel {Number}");

    protected override void OnOutcome(Outcome outcome)
    {
        if (outcome is not (FrozenOutcome or FailedOutcome))
        {
            throw new ProtocolException($"a {outcome.GetType().Name} for the freezing on channel {Number}");
        }

        End();
        _outcome.TrySetResult(outcome);
    }
}
