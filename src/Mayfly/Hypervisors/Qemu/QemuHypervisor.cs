using System.Globalization;
using Mayfly.Images.Cache;
using Mayfly.Supervision;
using Microsoft.Extensions.Logging;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>Machines by QEMU's <c>microvm</c>.</summary>
internal sealed class QemuHypervisor(QemuProgram program, TscReport? tsc, ILogger logger) : IHypervisor
{
    /// <inheritdoc/>
    public string Name => $"QEMU {program.Version}";

    /// <summary>Finds QEMU.</summary>
    /// <param name="qemuPath">A path or a name in PATH; null for <see cref="QemuProgram.DefaultName"/>.</param>
    /// <param name="logger">Where machines report.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SandboxConfigurationException">It is missing or unusable.</exception>
    public static async Task<IHypervisor> LocateAsync(string? qemuPath, ILogger logger, CancellationToken cancellationToken)
    {
        var program = await QemuProgram.LocateAsync(qemuPath, cancellationToken).ConfigureAwait(false);
        Log.QemuLocated(logger, program.Path, program.Version);
        var tsc = TscFrequency.Host;
        if (tsc is null)
        {
            Log.QemuTscUnknown(logger);
        }
        else
        {
            Log.QemuTscKnown(logger, tsc.Khz, tsc.Source);
        }

        return new QemuHypervisor(program, tsc, logger);
    }

    /// <inheritdoc/>
    public string Describe(MachineSpec spec) => string.Join('\n',
        [
            program.Path,
            program.Version.ToString(),
            FileIdentity.Of(program.Path) is { } file ? string.Create(CultureInfo.InvariantCulture, $"{file.Bytes} {file.Modified.UtcTicks}") : "",
            .. QemuArguments.Compose(spec, QemuSockets.In("/sockets"), spec.InitramfsPaths[0], TscFrequency.Settled(tsc)),

            // Its processor is the host's own.
            spec.Accelerator == Acceleration.Kvm ? HostProcessor.Describe() : "",
        ]);

    /// <inheritdoc/>
    public Task<VsockDevices> GetVsockDevicesAsync(CancellationToken cancellationToken) =>
        program.GetVsockDevicesAsync(RuntimeRoot.Open(), cancellationToken);

    /// <inheritdoc/>
    public async Task<IMachine> StartAsync(MachineSpec spec, Warden warden, CancellationToken cancellationToken) =>
        await QemuMachine.StartAsync(program, warden, spec, tsc?.Khz, logger, cancellationToken).ConfigureAwait(false);
}
