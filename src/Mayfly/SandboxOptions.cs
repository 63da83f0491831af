using Mayfly.Supervision;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly;

/// <summary>What a sandbox is made of. Checked as a whole before anything is started.</summary>
public sealed partial record SandboxOptions
{
    /// <summary>The guest's memory, which also bounds its file system. Default 512 MiB; 128 MiB to 64 GiB.</summary>
    public ByteSize Memory { get; init; } = ByteSize.MiB(512);

    /// <summary>The guest's number of processors. Default 1; 1 to 32.</summary>
    public int Cpus { get; init; } = 1;

    /// <summary>How the processor is provided. Default <see cref="Acceleration.Auto"/>.</summary>
    public Acceleration Acceleration { get; init; } = Acceleration.Auto;

    /// <summary>
    /// How the host reaches the guest, which also says whether there is vsock for
    /// <see cref="Sandbox.ConnectVsockAsync"/>. Default <see cref="SandboxTransport.Auto"/>.
    /// </summary>
    public SandboxTransport Transport { get; init; } = SandboxTransport.Auto;

    /// <summary>Bounds as seen by the host. Default: those of <see cref="SandboxLimits"/>.</summary>
    public SandboxLimits Limits { get; init; } = new();

    /// <summary>The guest's network card. Default <see cref="SandboxNetwork.None"/>: there is none.</summary>
    public SandboxNetwork Network { get; init; } = SandboxNetwork.None;

    /// <summary>The guest's disks, in the order in which it sees them. Default: none; at most 8.</summary>
    public IReadOnlyList<SandboxDisk> Disks { get; init; } = [];

    /// <summary>
    /// How long the machine may take from the start of the hypervisor to the agent's first word, repeated attempts of
    /// the boot watchdog included. Default 60 s; at least 1 s.
    /// </summary>
    public TimeSpan BootTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Which of Mayfly's kernels boots; <see cref="KernelPath"/> goes before it. Default <see cref="SandboxKernel.Stock"/>.
    /// <see cref="SandboxKernel.Minimal"/> must have been built (MAY1019).
    /// </summary>
    public SandboxKernel Kernel { get; init; } = SandboxKernel.Stock;

    /// <summary>
    /// A kernel of your own, a vmlinux or bzImage with virtio-mmio and virtio-console (virtio-vsock for a vsock transport)
    /// built in or matching the default image's modules. Default: the one that <see cref="Kernel"/> says.
    /// </summary>
    public string? KernelPath { get; init; }

    /// <summary>
    /// An initramfs of your own in place of the default one: a cpio archive (newc), compressed in any way that the kernel takes. It
    /// boots with the kernel of <see cref="Kernel"/> unless <see cref="KernelPath"/> names another, and must load that kernel's modules itself.
    /// No agent is in it: it needs an SSH server of its own and must set its network card up, which it is reached by
    /// (<see cref="Ssh"/>); with <see cref="SandboxNetwork.None"/> it is given a <see cref="UserNetwork"/>. Default: none.
    /// </summary>
    public string? InitramfsPath { get; init; }

    /// <summary>
    /// Arguments for the guest's kernel behind Mayfly's own, such as <c>mitigations=off</c>; a later one wins. Default: none; at
    /// most 64 without white space or control characters, 1024 bytes together.
    /// </summary>
    public IReadOnlyList<string> KernelArguments { get; init; } = [];

    /// <summary>
    /// Whether the machine is booted rather than cloned from a template of the same options, which is made where there is none.
    /// Default: no. What can't be cloned is booted anyway; <see cref="BootReport.StartReason"/> says which and why.
    /// </summary>
    public bool Cold { get; init; }

    /// <summary>Folders of the guest's that are mounted from read-only layers. Default: none; at most 16, and 20 with <see cref="Disks"/>.</summary>
    public IReadOnlyList<SandboxLayer> Layers { get; init; } = [];

    /// <summary>Where the phases of the start, and what is done with the sandbox, are recorded with their times; null for nowhere.</summary>
    public SandboxTrace? Trace { get; init; }

    /// <summary>SSH into the sandbox; see <see cref="Sandbox.Ssh"/>. Default null: no server is started, and no key made.</summary>
    public SandboxSsh? Ssh { get; init; }

    /// <summary>Whether anything of it is reached over SSH.</summary>
    internal bool WantsSsh => Ssh is not null || Transport == SandboxTransport.Ssh || InitramfsPath is not null;

    /// <summary>Whether the system's OpenSSH is: it makes the keys, and speaks where nobody else is asked to.</summary>
    internal bool NeedsOpenSsh => WantsSsh && !(Ssh is { Client: not null, IdentityPath: not null } && InitramfsPath is not null);

    /// <summary>
    /// What the sandbox is called: 1 to 63 letters, digits, hyphens, underscores and dots, the first a letter or digit; no other
    /// living sandbox of this user may have it (MAY1022). Default: none; its id names it.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// Whether this process does nothing but keep the sandbox, and ends with it: <see cref="SandboxSupervision.RemoveAsync"/>
    /// then waits for its end as well. Needs <see cref="Name"/>. Default: no.
    /// </summary>
    public bool Kept { get; init; }

    /// <summary>The guest's host name. Default: <c>mayfly-</c> and the sandbox's id.</summary>
    public string? HostName { get; init; }

    /// <summary>The QEMU program, a path or a name in PATH. Default <c>qemu-system-x86_64</c> on x64.</summary>
    public string? QemuPath { get; init; }

    /// <summary>Where long work (download, image build, boot) reports; null for silence.</summary>
    public IProgress<SandboxProgress>? Progress { get; init; }

    /// <summary>Where Mayfly logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
