namespace Mayfly.Supervision;

/// <summary>What reaping has come to.</summary>
/// <param name="Reaped">The ids of the sandboxes that were cleared.</param>
/// <param name="Left">What is still there, and why; empty where all is well.</param>
public sealed record ReapReport(IReadOnlyList<string> Reaped, IReadOnlyList<string> Left);
