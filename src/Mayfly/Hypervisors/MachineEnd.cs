namespace Mayfly.Hypervisors;

/// <summary>Why a machine ended.</summary>
/// <param name="Cause">The kind of end.</param>
/// <param name="Message">A sentence for people, with the monitor's own last words where it had any.</param>
internal sealed record MachineEnd(MachineEndCause Cause, string Message);
