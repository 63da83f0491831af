namespace Mayfly.Diagnostics;

/// <summary>One thing the doctor has looked at.</summary>
/// <param name="Name">What it is, in a word or two, such as <c>kvm</c>.</param>
/// <param name="State">What was found.</param>
/// <param name="Detail">What was found, as a sentence. May hold untrusted text.</param>
/// <param name="Remedy">The command that mends it; null where there is nothing to mend, or no command does it.</param>
public sealed record DoctorCheck(string Name, DoctorState State, string Detail, string? Remedy = null);
