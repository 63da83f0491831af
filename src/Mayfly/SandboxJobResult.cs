namespace Mayfly;

/// <summary>What became of a job.</summary>
/// <param name="Exec">The command's end and output.</param>
/// <param name="MissingOutputs">Outputs the command did not produce.</param>
/// <param name="Boot">How the machine came up.</param>
/// <param name="Guest">What the guest said of itself.</param>
/// <param name="ConsoleText">The guest's console. Untrusted text.</param>
public sealed record SandboxJobResult(
    ExecResult Exec,
    IReadOnlyList<SandboxCopy> MissingOutputs,
    BootReport Boot,
    GuestInfo Guest,
    string ConsoleText)
{
    /// <summary>Outputs of which something was left out in the guest: devices, FIFOs, sockets, names that are no UTF-8.</summary>
    public IReadOnlyList<SandboxCopy> IncompleteOutputs { get; init; } = [];
}
