using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

/// <summary>Opens a <see cref="FakeChannel"/> for whatever is asked.</summary>
internal sealed class FakeOperations : IChannelFactory
{
    public List<FakeChannel> Opened { get; } = [];

    public Channel Open(Request request, ChannelLink link)
    {
        Opened.Add(new FakeChannel(link));
        return Opened[^1];
    }
}
