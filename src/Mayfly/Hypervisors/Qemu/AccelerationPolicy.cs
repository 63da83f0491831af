using Mayfly.Diagnostics;
using Mayfly.Images;
using Mayfly.Supervision;
using Microsoft.Extensions.Logging;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>Decides between KVM and emulation, by a probe whose verdict is remembered until the host is booted again.</summary>
internal sealed class AccelerationPolicy(
    IHypervisor hypervisor,
    TimeProvider time,
    ILogger logger,
    string? devicePath = null,
    string? runtimeRoot = null)
{
    private readonly KvmProbe _probe = new(hypervisor, devicePath ?? KvmProbe.DefaultDevicePath, time);

    /// <summary>Chooses, and says what was chosen and why.</summary>
    /// <param name="wanted">What the user wants.</param>
    /// <param name="image">What a probe boots.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SandboxConfigurationException">MAY1004: KVM is demanded and does not work.</exception>
    public async Task<AcceleratorChoice> ChooseAsync(Acceleration wanted, GuestImage image, CancellationToken cancellationToken)
    {
        var choice = wanted == Acceleration.Tcg
            ? new AcceleratorChoice(Acceleration.Tcg, "asked for")
            : await ChooseByProbeAsync(image, cancellationToken).ConfigureAwait(false);
        if (wanted == Acceleration.Kvm && choice.Accelerator != Acceleration.Kvm)
        {
            throw new SandboxConfigurationException(
                ErrorCode.KvmUnusable,
                $"KVM was asked for and can't be used: {choice.Reason}. Use a host with working (nested) virtualisation and read and write access to /dev/kvm, or Acceleration.Auto (--accel auto).");
        }

        Log.AccelerationChosen(logger, choice.Accelerator, choice.Reason);
        return choice;
    }

    private async Task<AcceleratorChoice> ChooseByProbeAsync(GuestImage image, CancellationToken cancellationToken)
    {
        if (_probe.Objection() is { } objection)
        {
            return new AcceleratorChoice(Acceleration.Tcg, objection);
        }

        var (verdict, wasRemembered) = await HostCache.GetAsync(
            runtimeRoot ?? RuntimeRoot.Open(),
            $"kvm\n{hypervisor.Name}\n{image.Digest}",
            KvmVerdictJson.Default.KvmVerdict,
            token => _probe.RunAsync(image.KernelPath, token),
            cancellationToken).ConfigureAwait(false);
        if (!wasRemembered)
        {
            Log.AccelerationProbed(logger, verdict.DurationMs, verdict.Usable, verdict.Reason);
        }

        return new AcceleratorChoice(
            verdict.Usable ? Acceleration.Kvm : Acceleration.Tcg,
            $"{verdict.Reason} ({(wasRemembered ? "found earlier" : "found now")}, in {verdict.DurationMs} ms)");
    }
}
