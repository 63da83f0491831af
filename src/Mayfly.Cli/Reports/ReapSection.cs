namespace Mayfly.Cli.Reports;

/// <summary>The JSON object of <c>mayfly reap --json</c>. Fields may be added; none changes its meaning.</summary>
/// <param name="Reaped">The ids of the sandboxes that were cleared.</param>
/// <param name="Left">What would not go, and why.</param>
internal sealed record ReapSection(IReadOnlyList<string> Reaped, IReadOnlyList<string> Left);
