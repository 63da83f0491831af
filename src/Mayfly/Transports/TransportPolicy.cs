using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Native;
using Mayfly.Transports.Vsock.Kernel;
using Microsoft.Extensions.Logging;

namespace Mayfly.Transports;

/// <summary>Decides between the ways in, by what the monitor has and what the host has.</summary>
internal sealed class TransportPolicy(
    IHypervisor hypervisor,
    ILogger logger,
    string? devicePath = null)
{
    /// <summary>What <see cref="SandboxTransport.Auto"/> tries, best first. The last one can always be had.</summary>
    private static readonly SandboxTransport[] _preference = [SandboxTransport.Vsock, SandboxTransport.KernelVsock, SandboxTransport.Serial];

    private static readonly TransportChoice _forOwnKernel = new(
        SandboxTransport.Serial, "a kernel of one's own need only know virtio-serial");

    private readonly string _devicePath = devicePath ?? VhostVsockDevice.DefaultPath;

    /// <summary>Chooses, and says what was chosen and why.</summary>
    /// <param name="wanted">What the user wants.</param>
    /// <param name="hasOwnKernel">Whether the user brings a kernel, which need not know vsock.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SandboxConfigurationException">MAY1010: what is demanded can't be had; MAY1003: the monitor's program does not answer.</exception>
    public async Task<TransportChoice> ChooseAsync(SandboxTransport wanted, bool hasOwnKernel, CancellationToken cancellationToken)
    {
        var choice = wanted == SandboxTransport.Auto
            ? hasOwnKernel ? _forOwnKernel : await ChooseBestAsync(cancellationToken).ConfigureAwait(false)
            : await ObjectionAsync(wanted, cancellationToken).ConfigureAwait(false) is { } objection
                ? throw Unavailable(wanted, objection)
                : new TransportChoice(wanted, "asked for");
        Log.TransportChosen(logger, TransportName.Of(choice.Transport), choice.Reason);
        return choice;
    }

    private async Task<TransportChoice> ChooseBestAsync(CancellationToken cancellationToken)
    {
        var objections = new List<string>();
        foreach (var transport in _preference)
        {
            if (await ObjectionAsync(transport, cancellationToken).ConfigureAwait(false) is not { } objection)
            {
                return new TransportChoice(transport, string.Join("; ", [.. objections, Merit(transport)]));
            }

            objections.Add(objection.Reason);
        }

        throw new InvalidOperationException("The last transport of the preference can always be had.");
    }

    private async Task<TransportObjection?> ObjectionAsync(SandboxTransport transport, CancellationToken cancellationToken) => transport switch
    {
        SandboxTransport.Vsock => Missing(await DevicesAsync(cancellationToken).ConfigureAwait(false) is { VhostUser: true }, QemuDeviceList.VhostUserVsock),
        SandboxTransport.KernelVsock =>
            Missing(await DevicesAsync(cancellationToken).ConfigureAwait(false) is { Kernel: true }, QemuDeviceList.KernelVsock) ?? KernelVsockHost.Objection(_devicePath),
        _ => null,
    };

    private Task<VsockDevices> DevicesAsync(CancellationToken cancellationToken) => hypervisor.GetVsockDevicesAsync(cancellationToken);

    private TransportObjection? Missing(bool isThere, string device) => isThere ? null : new TransportObjection(
        $"{hypervisor.Name} has no {device}",
        $"Use a QEMU that has it: '{QemuProgram.InstallCommand}' installs one, and SandboxOptions.QemuPath names another");

    private string Merit(SandboxTransport transport) => transport switch
    {
        SandboxTransport.Vsock => $"{hypervisor.Name} has {QemuDeviceList.VhostUserVsock}",
        SandboxTransport.KernelVsock => $"{_devicePath} can be used",
        _ => "needs nothing of the host",
    };

    private static SandboxConfigurationException Unavailable(SandboxTransport wanted, TransportObjection objection) => new(
        ErrorCode.TransportUnavailable,
        $"the transport {TransportName.Of(wanted)} was asked for and can't be had: {objection.Reason}. {objection.Remedy}. Or let Mayfly choose: SandboxTransport.Auto (--transport auto).");
}
