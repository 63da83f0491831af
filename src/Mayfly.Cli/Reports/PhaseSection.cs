namespace Mayfly.Cli.Reports;

/// <summary>One thing that was done for a sandbox, and when.</summary>
internal sealed record PhaseSection(string Name, double BeginMs, double DurationMs, int Depth)
{
    private const int Decimals = 3;

    /// <summary>Maps the library's phase.</summary>
    public static PhaseSection Of(SandboxPhase phase) =>
        new(phase.Name, Math.Round(phase.Begin.TotalMilliseconds, Decimals), Math.Round(phase.Duration.TotalMilliseconds, Decimals), phase.Depth);
}
