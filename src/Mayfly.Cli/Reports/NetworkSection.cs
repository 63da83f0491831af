namespace Mayfly.Cli.Reports;

/// <summary>The network as it has come up.</summary>
internal sealed record NetworkSection(string Mode, string? GuestAddress, string? HostAddress, IReadOnlyList<PortSection> Ports)
{
    /// <summary>Maps the library's report.</summary>
    public static NetworkSection Of(SandboxNetwork wanted, NetworkReport report) =>
        new(wanted.ToString(), report.GuestAddress?.ToString(), report.HostAddress?.ToString(), [.. report.Ports.Select(PortSection.Of)]);
}
