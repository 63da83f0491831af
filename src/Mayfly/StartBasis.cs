using Mayfly.Disks;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Images;
using Mayfly.Layers;
using Mayfly.Networks;
using Mayfly.Ssh;
using Mayfly.Supervision;
using Microsoft.Extensions.Logging;

namespace Mayfly;

/// <summary>What machines of the same options rest on, found and made before any of them starts.</summary>
/// <param name="AgentPath">The native agent.</param>
/// <param name="Hypervisor">What runs the machine.</param>
/// <param name="Image">The kernel and the initramfs.</param>
/// <param name="InitramfsPaths">The archives that the kernel unpacks, before the sandbox's own.</param>
/// <param name="Accelerator">What provides its processor.</param>
/// <param name="Disks">The images of its disks.</param>
/// <param name="Layers">Its layers, made.</param>
internal sealed record StartBasis(
    string AgentPath,
    IHypervisor Hypervisor,
    GuestImage Image,
    IReadOnlyList<string> InitramfsPaths,
    AcceleratorChoice Accelerator,
    IReadOnlyList<DiskImage> Disks,
    LayerPlan Layers)
{
    /// <summary>Finds it, and makes what is not there.</summary>
    /// <exception cref="SandboxConfigurationException">The host makes the options impossible (MAY1xxx).</exception>
    /// <exception cref="SandboxImageException">The image or a layer can't be had (MAY5xxx).</exception>
    public static async Task<StartBasis> FindAsync(SandboxOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        if (options.Network is TapNetwork tap)
        {
            TapHost.Own.Require(tap);
        }

        if (options.NeedsOpenSsh)
        {
            _ = await SshProgram.LocateAsync(cancellationToken).ConfigureAwait(false);
        }

        var agent = AgentBinary.Locate();
        var disks = DiskImage.OpenAll(options.Disks);

        // Thousands of files may have to be looked at, while the monitor is asked what it is.
        var layers = Task.Run(() => LayerStore.GetAllAsync(options, logger, cancellationToken), cancellationToken);
        try
        {
            var hypervisor = await QemuHypervisor.LocateAsync(options.QemuPath, logger, cancellationToken).ConfigureAwait(false);
            var (image, initramfs) = await GetImageAsync(new ImageStore(agent, logger, options.TimeProvider), options, cancellationToken).ConfigureAwait(false);
            var policy = new AccelerationPolicy(hypervisor, options.TimeProvider, logger);
            var accelerator = await policy.ChooseAsync(options.Acceleration, image, cancellationToken).ConfigureAwait(false);
            return new StartBasis(agent, hypervisor, image, initramfs, accelerator, disks, new LayerPlan(await layers.ConfigureAwait(false)));
        }
        finally
        {
            await ((Task)layers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<(GuestImage Image, IReadOnlyList<string> Initramfs)> GetImageAsync(
        ImageStore store, SandboxOptions options, CancellationToken cancellationToken)
    {
        var image = await store.GetAsync(options, cancellationToken).ConfigureAwait(false);
        return options.WantsSsh && !image.IsForeign
            ? (image, [image.InitramfsPath, await store.GetSshLayerAsync(options.Progress, cancellationToken).ConfigureAwait(false)])
            : (image, [image.InitramfsPath]);
    }
}
