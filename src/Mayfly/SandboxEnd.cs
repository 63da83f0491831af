namespace Mayfly;

/// <summary>Why a machine ended.</summary>
/// <param name="Cause">The kind of end.</param>
/// <param name="Message">A sentence for people, with the monitor's own last words where it had any.</param>
public sealed record SandboxEnd(SandboxEndCause Cause, string Message);
