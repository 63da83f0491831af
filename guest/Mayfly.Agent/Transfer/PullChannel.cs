using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Transfer;

/// <summary>The loop's end of a pull.</summary>
internal sealed class PullChannel : Channel
{
    private readonly ChannelOutput _output;

    public PullChannel(PullRequest request, ChannelLink link, AgentEnd end)
    {
        _output = new ChannelOutput(link);
        TransferThread.Start(end, link, () => Run(request, link));
    }

    public override void OnInput(ReadOnlySpan<byte> bytes) =>
        Abort(new FailedOutcome(FailureCode.BadRequest, "a pull takes no input"));

    public override void OnInputEnd()
    {
        // There is none to end.
    }

    public override void OnCredit(StreamId stream, uint bytes) => _output.Grant(bytes);

    public override void OnControl(Control control)
    {
        if (control is CancelControl)
        {
            _output.Fail(TransferException.Cancelled());
        }
    }

    public override void Abort(FailedOutcome failure) => _output.Fail(new TransferException(failure.Code, failure.Message, failure.Path));

    private TransferOutcome Run(PullRequest request, ChannelLink link)
    {
        try
        {
            return new Packer(request, _output).Run();
        }
        finally
        {
            link.SendEnd(StreamId.Output);
        }
    }
}
