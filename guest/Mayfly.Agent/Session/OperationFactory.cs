using Mayfly.Agent.Exec;
using Mayfly.Agent.Forward;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Transfer;
using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>Every operation this agent knows.</summary>
internal sealed class OperationFactory(EventLoop loop, ProcessReaper reaper, ControlGroups groups, AgentEnd end) : IChannelFactory
{
    private readonly WaitingConnections _waiting = new();

    public Channel? Open(Request request, ChannelLink link) => request switch
    {
        ExecRequest exec => ExecChannel.Start(loop, reaper, groups, exec, link),
        PushRequest push => new PushChannel(push, link, end),
        PullRequest pull => new PullChannel(pull, link, end),
        ForwardRequest forward => new ForwardChannel(loop, link, forward),
        ListenRequest listen => ListenChannel.Start(loop, link, _waiting, listen),
        AcceptRequest accept => Accept(accept, link),
        _ => throw new ProtocolException($"this agent does not know {request.GetType().Name}"),
    };

    private ForwardChannel? Accept(AcceptRequest request, ChannelLink link)
    {
        if (_waiting.Take(request.Connection) is { } socket)
        {
            return new ForwardChannel(loop, link, socket);
        }

        link.SendOutcome(new FailedOutcome(FailureCode.NotFound, $"there is no connection {request.Connection} to be taken"));
        return null;
    }
}
