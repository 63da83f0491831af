using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Transfer;

/// <summary>The loop's end of a push.</summary>
internal sealed class PushChannel : Channel
{
    private readonly ChannelInput _input;

    public PushChannel(PushRequest request, ChannelLink link, AgentEnd end)
    {
        _input = new ChannelInput(link);
        TransferThread.Start(end, link, new Unpacker(request, _input).Run);
    }

    public override void OnInput(ReadOnlySpan<byte> bytes)
    {
        if (!_input.TryAdd(bytes))
        {
            Abort(new FailedOutcome(FailureCode.BadRequest, "more input was sent than was granted"));
        }
    }

    public override void OnInputEnd() => _input.End();

    public override void OnCredit(StreamId stream, uint bytes)
    {
        // Nothing goes out but the outcome, which needs none.
    }

    public override void OnControl(Control control)
    {
        if (control is CancelControl)
        {
            _input.Fail(TransferException.Cancelled());
        }
    }

    public override void Abort(FailedOutcome failure) => _input.Fail(new TransferException(failure.Code, failure.Message, failure.Path));
}
