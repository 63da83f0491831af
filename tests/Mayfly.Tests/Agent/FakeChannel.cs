using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

/// <summary>An operation that ends when the test says so.</summary>
internal sealed class FakeChannel(ChannelLink link) : Channel
{
    public ChannelLink Link => link;

    public override void OnInput(ReadOnlySpan<byte> bytes)
    {
    }

    public override void OnInputEnd()
    {
    }

    public override void OnCredit(StreamId stream, uint bytes)
    {
    }

    public override void OnControl(Control control)
    {
    }

    public override void Abort(FailedOutcome failure) => link.SendOutcome(failure);
}
