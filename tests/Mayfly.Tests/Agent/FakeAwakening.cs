using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

/// <summary>A machine that takes on nothing.</summary>
internal sealed class FakeAwakening : IAwakening
{
    public string? Refusal { get; set; }

    public WakeSettings? Last { get; private set; }

    public Hello Wake(WakeSettings settings)
    {
        Last = settings;
        return new Hello { Version = ProtocolLimits.Version, OldestVersion = ProtocolLimits.OldestVersion, HostName = settings.HostName };
    }
}
