namespace Mayfly.Diagnostics;

/// <summary>What the doctor has found.</summary>
/// <param name="Checks">Every check, in the order it was made.</param>
public sealed record DoctorReport(IReadOnlyList<DoctorCheck> Checks)
{
    /// <summary>Whether a sandbox can be started here: nothing has failed, the trial start at the end included.</summary>
    public bool CanStart => Checks.All(check => check.State != DoctorState.Failed);
}
