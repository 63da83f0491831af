using Mayfly.Diagnostics;
using Mayfly.Networks;
using Mayfly.Supervision;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>Explains a QEMU that ended before its machine ran, from what it wrote to standard error.</summary>
internal static class EarlyExit
{
    private const string KernelRemedy = "The kernel is unreadable or not one that QEMU boots; correct SandboxOptions.KernelPath: a vmlinux with a PVH note, or a bzImage.";

    private static readonly (string Words, string Code, string Remedy)[] _causes =
    [
        ("Cannot allocate memory", ErrorCode.NotEnoughMemory, "The host does not have that much memory; ask for less by SandboxOptions.Memory (--memory)."),
        ("could not load kernel", ErrorCode.KernelUnreadable, KernelRemedy),
        ("could not open kernel", ErrorCode.KernelUnreadable, KernelRemedy),
        ("invalid kernel header", ErrorCode.KernelUnreadable, KernelRemedy),
        ("without PVH ELF Note", ErrorCode.KernelUnreadable, KernelRemedy),
        ("error reading initrd", ErrorCode.KernelUnreadable, "The image is unreadable; remove Mayfly's cache so that it is made again."),
        ("could not load initrd", ErrorCode.NotEnoughMemory, "The image does not fit into the guest's memory; give it more by SandboxOptions.Memory (--memory)."),
        ("initrd is too large", ErrorCode.NotEnoughMemory, "The image does not fit into the guest's memory; give it more by SandboxOptions.Memory (--memory)."),
        ("Could not access KVM kernel module", ErrorCode.HypervisorExitedEarly, "Make /dev/kvm readable and writable for this user, or use Acceleration.Tcg (--accel tcg)."),
        ("failed to open vhost device", ErrorCode.HypervisorExitedEarly, "Make /dev/vhost-vsock readable and writable for this user, or use SandboxTransport.Auto (--transport auto)."),
        ("unable to set guest cid", ErrorCode.HypervisorExitedEarly, "Another program on this host has taken that vsock context id; try again, or use SandboxTransport.Vsock (--transport vsock), which needs none."),
        ("is not compiled into this", ErrorCode.NetworkUnavailable, "This QEMU was built without its user-mode network; install the distribution's own package, or do without SandboxOptions.Network (--network none)."),
        ("Is another process using the image", ErrorCode.DiskUnusable, "Another QEMU can write to a disk's image; end it, or give the sandbox a copy."),
        ("seccomp", ErrorCode.HypervisorExitedEarly, "This QEMU was built without its sandbox; install the distribution's own package."),
    ];

    /// <summary>The error for an early end.</summary>
    public static MayflyException Explain(WardenEnd end, string standardError, MachineSpec spec)
    {
        if (RefusedForward(standardError, spec) is { } forward)
        {
            return PortFailure.Explain(forward);
        }

        var (_, code, remedy) = _causes.FirstOrDefault(cause => standardError.Contains(cause.Words, StringComparison.Ordinal));
        var message = $"QEMU {end} before machine {spec.Id} ({spec.Memory}, {spec.Cpus} CPUs, {spec.Accelerator}) could start. {remedy ?? "What it wrote is the likely cause."}";
        var text = ConsoleText.Append(message, standardError, "It wrote");
        return code is ErrorCode.KernelUnreadable or ErrorCode.NetworkUnavailable or ErrorCode.DiskUnusable
            ? new SandboxConfigurationException(code, text)
            : new SandboxBootException(code ?? ErrorCode.HypervisorExitedEarly, text, "");
    }

    private static PortForward? RefusedForward(string standardError, MachineSpec spec) =>
        standardError.Contains("host forwarding rule", StringComparison.Ordinal) && spec.Network is UserNetworkCard card
            ? card.Forwards.FirstOrDefault(forward => standardError.Contains($"host forwarding rule '{QemuArguments.Forward(forward)}'", StringComparison.Ordinal))
            : null;
}
