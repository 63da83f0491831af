namespace Mayfly;

/// <summary>One thing that was done for a sandbox, and when.</summary>
/// <param name="Name">What was done, such as <c>warden</c> or <c>exec</c>.</param>
/// <param name="Begin">From the beginning of the trace.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Depth">How many phases it is a part of; 0 for none.</param>
public sealed record SandboxPhase(string Name, TimeSpan Begin, TimeSpan Duration, int Depth);
