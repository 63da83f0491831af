namespace Mayfly.Xunit.Execution;

/// <summary>A command or transfer of a test.</summary>
/// <param name="At">Time from the test's start to the operation's.</param>
/// <param name="Operation">The operation.</param>
internal sealed record ObservedOperation(TimeSpan At, SandboxOperation Operation);
