namespace Mayfly;

/// <summary>
/// Bounds of a sandbox as seen by the host, besides the guest's own <see cref="SandboxOptions.Memory"/>,
/// <see cref="SandboxOptions.Cpus"/> and <see cref="ExecOptions.MaxCapturedOutput"/>. Processor and memory are kept by control
/// groups; where the host gives none, <see cref="BootReport.Limits"/> says so.
/// </summary>
public sealed record SandboxLimits
{
    /// <summary>Processor time of the host, in processors: 0.5 is half of one. 0.01 to 1024. Default: no limit.</summary>
    public double? Cpu { get; init; }

    /// <summary>
    /// All memory of the host that the machine's process may use; more than that and the kernel kills it. At least
    /// <see cref="SandboxOptions.Memory"/> and 64 MiB. Default: <see cref="SandboxOptions.Memory"/> and 1.25 GiB, since
    /// emulation keeps up to 1 GiB of translated code.
    /// </summary>
    public ByteSize? HostMemory { get; init; }

    /// <summary>
    /// How long the machine may live, whatever happens to its owner and its clock: one that is stopped can't dispose of
    /// anything. From the start of the machine; at least 1 s. Default: as long as its owner.
    /// </summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>
    /// How many sandboxes of this user there may be on this host with this one; those of other processes count, whatever
    /// their own limit is. At least 1. Default: any number.
    /// </summary>
    public int? Sandboxes { get; init; }

    /// <summary>What a start does when there are as many. Default: <see cref="SandboxAdmission.Wait"/>.</summary>
    public SandboxAdmission Admission { get; init; } = SandboxAdmission.Wait;

    /// <summary>How much of the guest's console is kept, the newest of it. 4 KiB to 1 GiB. Default 16 MiB.</summary>
    public ByteSize Console { get; init; } = ByteSize.MiB(16);
}
