namespace Mayfly.Supervision;

/// <summary>What removing a sandbox has come to.</summary>
/// <param name="Sandbox">The sandbox as it was before.</param>
/// <param name="Left">What is still there, and why; empty where all of it is gone.</param>
public sealed record SandboxRemoval(SupervisedSandbox Sandbox, IReadOnlyList<string> Left);
