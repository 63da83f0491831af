using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>The agent's first word to the host.</summary>
internal static class Greeting
{
    public static Hello Create(BootLog log)
    {
        var name = Identity.SystemName;
        return new Hello
        {
            Version = ProtocolLimits.Version,
            OldestVersion = ProtocolLimits.OldestVersion,
            Software = "mayfly-agent 0.1.0",
            KernelRelease = name.Release,
            Architecture = name.Machine,
            HostName = name.Node,
            UptimeMs = Identity.UptimeMs,
            Warnings = log.Warnings,
            Failure = log.Failure,
        };
    }
}
