namespace Mayfly.Cli.Reports;

/// <summary>What <c>mayfly run --trace FILE.json</c> writes. Fields may be added; none changes its meaning.</summary>
/// <param name="Command">Program and arguments.</param>
/// <param name="Start">How the machine came about: boot, clone or pool; null where it did not.</param>
/// <param name="StartReason">Why that way.</param>
/// <param name="Phases">In the order of their beginnings, from the start of the process on.</param>
internal sealed record TraceSection(IReadOnlyList<string> Command, string? Start, string? StartReason, IReadOnlyList<PhaseSection> Phases);
