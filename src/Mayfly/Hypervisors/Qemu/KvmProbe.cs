using Mayfly.Diagnostics;
using Mayfly.Supervision;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>
/// Finds out whether KVM works by booting a kernel with it, against the clock: there are hosts where /dev/kvm opens, makes
/// machines and processors, and then runs them fifty times slower than emulation or breaks. The kernel gets no initramfs, so
/// it ends itself when it has come up and finds no root file system; that panic is the proof.
/// </summary>
internal sealed class KvmProbe(IHypervisor hypervisor, string devicePath, TimeProvider time)
{
    /// <summary>The device KVM is used through.</summary>
    public const string DefaultDevicePath = "/dev/kvm";

    /// <summary>With KVM this takes some 0.3 s, and under emulation about 1 s, so what takes this long is no help.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    private const string Proof = "Unable to mount root fs";

    /// <summary>Why KVM can't even be tried; null where it can.</summary>
    public string? Objection() => DeviceFile.Objection(devicePath);

    /// <summary>The command that gives this user access to the device; null where access is not what is missing.</summary>
    public static string? AccessRemedy() =>
        File.Exists(DefaultDevicePath) && Environment.UserName != "root" && DeviceFile.OpeningFailure(DefaultDevicePath) is not null
            ? $"sudo usermod -aG kvm {Environment.UserName}   # then log in again"
            : null;

    /// <summary>Boots the kernel. Nothing of it is left.</summary>
    public async Task<KvmVerdict> RunAsync(string kernelPath, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var (usable, reason) = await BootAsync(kernelPath, cancellationToken).ConfigureAwait(false);
        return new KvmVerdict(usable, reason, (long)time.GetElapsedTime(begun).TotalMilliseconds);
    }

    private async Task<(bool Usable, string Reason)> BootAsync(string kernelPath, CancellationToken cancellationToken)
    {
        var id = $"kvm-{Guid.NewGuid():N}"[..14];
        var warden = await WardenStarter.StartAsync(AgentBinary.Locate(), id, "a probe of KVM", time, cancellationToken).ConfigureAwait(false);
        await using (warden.ConfigureAwait(false))
        {
            try
            {
                var machine = await hypervisor.StartAsync(Spec(id, kernelPath), warden, cancellationToken).ConfigureAwait(false);
                await using (machine.ConfigureAwait(false))
                {
                    var end = await machine.Ended.WaitAsync(Limit, time, cancellationToken).ConfigureAwait(false);
                    return warden.Ended.IsCompleted && (await warden.Ended.ConfigureAwait(false)).Kind == WardenEndKind.WardenLost
                        ? throw new MayflyException(ErrorCode.ResourceUnavailable, "the probe of KVM was killed before it could tell anything. Try again.")
                        : Judge(end);
                }
            }
            catch (TimeoutException)
            {
                return (false, $"a kernel did not boot with KVM within {Limit.TotalSeconds:0} s");
            }
            catch (SandboxBootException e)
            {
                return (false, $"QEMU fails with KVM: {FirstLines(e.Message)}");
            }
        }
    }

    private static (bool Usable, string Reason) Judge(SandboxEnd end) => end.Cause switch
    {
        SandboxEndCause.Panicked when end.Message.Contains(Proof, StringComparison.Ordinal) => (true, "a probe booted with KVM"),
        _ => (false, $"a probe did not boot with KVM: {FirstLines(end.Message)}"),
    };

    private static MachineSpec Spec(string id, string kernelPath) => new()
    {
        Id = id,
        KernelPath = kernelPath,
        InitramfsPaths = [],
        Memory = ByteSize.MiB(256),
        Cpus = 1,
        Accelerator = Acceleration.Kvm,
        Devices = [],
    };

    private static string FirstLines(string message) =>
        string.Join("; ", message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(4));
}
