using Mayfly.Agent.Exec;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Transfer;
using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>Every operation this agent knows.</summary>
internal sealed class OperationFactory(EventLoop loop, ProcessReaper reaper, ControlGroups groups, AgentEnd end) : IChannelFactory
{
    public Channel? Open(Request request, ChannelLink link) => request switch
    {
        ExecRequest exec => ExecChannel.Start(loop, reaper, groups, exec, link),
        PushRequest push => new PushChannel(push, link, end),
        PullRequest pull => new PullChannel(pull, link, end),
        _ => throw new ProtocolException($"this agent does not know {request.GetType().Name}"),
    };
}
