using System.Diagnostics.CodeAnalysis;
using Mayfly.Agent.Session;

namespace Mayfly.Tests.Agent;

/// <summary>An agent's end that whoever turns its loop is told of.</summary>
internal sealed class FakeEnd : AgentEnd
{
    [DoesNotReturn]
    public override void HostGone() => throw new InvalidOperationException("host gone");

    [DoesNotReturn]
    public override void Fail(string reason) => throw new InvalidOperationException(reason);
}
