using System.Globalization;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Images;
using Mayfly.Supervision;
using Mayfly.Transports;
using Microsoft.Extensions.Logging;

namespace Mayfly.Diagnostics;

/// <summary>What a machine is made of, found in order, and at last a machine.</summary>
internal sealed class MachineChecks(SandboxOptions options)
{
    private readonly ILogger _logger = options.LoggerFactory.CreateLogger<Sandbox>();
    private bool _hasQemu;
    private GuestImage? _image;

    /// <summary>Whether there is a QEMU that can be used.</summary>
    public Task<DoctorCheck> QemuAsync(CancellationToken cancellationToken) => CheckAsync("qemu", async name =>
    {
        var program = await QemuProgram.LocateAsync(options.QemuPath, cancellationToken).ConfigureAwait(false);
        _hasQemu = true;
        return new DoctorCheck(name, DoctorState.Ok, $"{program.Path}, version {program.Version}");
    });

    /// <summary>Whether the native agent has been built.</summary>
    public static DoctorCheck Agent()
    {
        const string name = "agent";
        try
        {
            return new DoctorCheck(name, DoctorState.Ok, AgentBinary.Locate());
        }
        catch (MayflyException exception)
        {
            return DoctorFailure.Of(name, exception);
        }
    }

    /// <summary>Whether kernel and initramfs are in the cache or can be made.</summary>
    public Task<DoctorCheck> ImageAsync(CancellationToken cancellationToken) => CheckAsync("image", async name =>
    {
        var store = new ImageStore(AgentBinary.Locate(), _logger, options.TimeProvider);
        _image = await store.GetAsync(options.KernelPath, options.Progress, cancellationToken).ConfigureAwait(false);
        return new DoctorCheck(name, DoctorState.Ok, $"{(_image.KernelRelease is { } release ? $"Linux {release}" : "a kernel of your own")}, {_image.KernelPath}");
    });

    /// <summary>Whether KVM works. Emulation does everywhere, so this never fails unless KVM is demanded.</summary>
    public Task<DoctorCheck> AccelerationAsync(CancellationToken cancellationToken) => CheckAsync("kvm", async name =>
    {
        if (!_hasQemu || _image is null)
        {
            return new DoctorCheck(name, DoctorState.Warning, "not tried, as QEMU or the image is missing");
        }

        var hypervisor = await QemuHypervisor.LocateAsync(options.QemuPath, _logger, cancellationToken).ConfigureAwait(false);
        var policy = new AccelerationPolicy(hypervisor, options.TimeProvider, _logger);
        options.Progress?.Report(new SandboxProgress("finding out whether KVM works"));
        var wanted = options.Acceleration == Acceleration.Kvm ? Acceleration.Kvm : Acceleration.Auto;
        var choice = await policy.ChooseAsync(wanted, _image, cancellationToken).ConfigureAwait(false);
        return choice.Accelerator == Acceleration.Kvm
            ? new DoctorCheck(name, DoctorState.Ok, choice.Reason)
            : new DoctorCheck(name, DoctorState.Warning, $"{choice.Reason}; sandboxes run by emulation, which works and is slower", KvmProbe.AccessRemedy());
    });

    /// <summary>Which way leads in. The last resort always does, so this never fails unless another is demanded.</summary>
    public Task<DoctorCheck> TransportAsync(CancellationToken cancellationToken) => CheckAsync("transport", async name =>
    {
        if (!_hasQemu || _image is null)
        {
            return new DoctorCheck(name, DoctorState.Warning, "not tried, as QEMU or the image is missing");
        }

        var hypervisor = await QemuHypervisor.LocateAsync(options.QemuPath, _logger, cancellationToken).ConfigureAwait(false);
        var choice = await new TransportPolicy(hypervisor, _logger).ChooseAsync(options.Transport, hasOwnKernel: options.KernelPath is not null, cancellationToken).ConfigureAwait(false);
        return new DoctorCheck(name, DoctorState.Ok, $"{TransportName.Of(choice.Transport)} ({choice.Reason})");
    });

    /// <summary>Whether a machine starts, runs a command and goes.</summary>
    public Task<DoctorCheck> BootAsync(CancellationToken cancellationToken) => CheckAsync("boot", async name =>
    {
        var time = options.TimeProvider;
        var begun = time.GetTimestamp();

        // Not a clone, which would show nothing of the kernel and of the way in that were found above.
        var sandbox = await Sandbox.StartAsync(options with { Cold = true }, cancellationToken).ConfigureAwait(false);
        TimeSpan answered;
        await using (sandbox.ConfigureAwait(false))
        {
            var result = await sandbox.ExecAsync(["true"], cancellationToken: cancellationToken).ConfigureAwait(false);
            result.EnsureSuccess();
            answered = time.GetElapsedTime(begun);
        }

        var gone = time.GetElapsedTime(begun) - answered;
        return new DoctorCheck(name, DoctorState.Ok, string.Create(
            CultureInfo.InvariantCulture,
            $"Linux {sandbox.Guest.KernelRelease} under {sandbox.Boot.Hypervisor} ({sandbox.Boot.Accelerator.ToString().ToUpperInvariant()}): up in {sandbox.Boot.Duration.TotalSeconds:0.00} s, first command done after {answered.TotalSeconds:0.00} s, gone in {gone.TotalSeconds:0.00} s"));
    });

    private static async Task<DoctorCheck> CheckAsync(string name, Func<string, Task<DoctorCheck>> check)
    {
        try
        {
            return await check(name).ConfigureAwait(false);
        }
        catch (MayflyException exception)
        {
            return DoctorFailure.Of(name, exception);
        }
    }
}
