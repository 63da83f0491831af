using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

/// <summary>A machine that takes on nothing.</summary>
internal sealed class FakeAwakening : IAwakening
{
    public string? Refusal { get; set; }

    public WakeSettings? Last { get; private set; }

    /// <summary>What is said of a waking that is not as prepared; null where it is.</summary>
    public string? Warning { get; set; }

    public Hello Prepare() => Greet("prepared");

    public Hello? Wake(WakeSettings settings)
    {
        Last = settings;
        return Warning is null ? null : Greet(settings.HostName) with { Warnings = [Warning] };
    }

    private static Hello Greet(string name) =>
        new() { Version = ProtocolLimits.Version, OldestVersion = ProtocolLimits.OldestVersion, HostName = name };
}
