namespace Mayfly;

/// <summary>How a sandbox came up.</summary>
/// <param name="Hypervisor">Name and version of the monitor, such as <c>QEMU 7.2.22</c>.</param>
/// <param name="Accelerator">What provides the processor.</param>
/// <param name="AcceleratorReason">Why that was chosen.</param>
/// <param name="Transport">The way in: <c>vsock</c>, <c>kernel-vsock</c>, <c>serial</c> or <c>ssh</c>.</param>
/// <param name="TransportReason">Why that was chosen.</param>
/// <param name="Limits">Which limits the host keeps, and why others can't be had.</param>
/// <param name="MissingLimits">Those of <see cref="SandboxOptions.Limits"/> that can't be had here, with the reasons; empty where there are none.</param>
/// <param name="Start">How the machine came about.</param>
/// <param name="StartReason">Why that way.</param>
/// <param name="Attempts">Boots it took; more than one when the boot watchdog had to step in.</param>
/// <param name="Duration">From the call to the agent's first word, without the making of images.</param>
public sealed record BootReport(
    string Hypervisor,
    Acceleration Accelerator,
    string AcceleratorReason,
    string Transport,
    string TransportReason,
    string Limits,
    IReadOnlyList<string> MissingLimits,
    SandboxStart Start,
    string StartReason,
    int Attempts,
    TimeSpan Duration)
{
    /// <summary>The monitor's program and arguments, quoted for a shell, to look at: its files and sockets are there no longer than the sandbox.</summary>
    public string CommandLine { get; init; } = "";
}
