using System.Security.Cryptography;
using System.Text;
using Mayfly.Images;
using Mayfly.Layers;
using Mayfly.Supervision;
using Microsoft.Extensions.Logging;

namespace Mayfly;

/// <summary>What sandboxes boot, made ahead of the first start.</summary>
/// <param name="KernelPath">The uncompressed kernel, in the image cache.</param>
/// <param name="KernelRelease">What <c>uname -r</c> will say.</param>
/// <param name="InitramfsPath">The initramfs that goes with it, in the image cache.</param>
/// <param name="WasBuilt">Whether the kernel had to be built, rather than found.</param>
public sealed record SandboxImage(string KernelPath, string KernelRelease, string InitramfsPath, bool WasBuilt)
{
    /// <summary>
    /// Makes the image with the kernel of <see cref="SandboxOptions.Kernel"/> where the cache does not have it. The stock one is
    /// downloaded in seconds. The minimal one is compiled, which needs a compiler, 2 GB of room in the cache and about ten minutes of a
    /// machine of two processors.
    /// </summary>
    /// <param name="options">The kernel, and where progress and log go; nothing else of it matters.</param>
    /// <param name="cancellationToken">Stops it; nothing of the work stays.</param>
    /// <exception cref="SandboxImageException">It could not be made: MAY5001 to MAY5004, or MAY5007 where the kernel does not compile.</exception>
    /// <exception cref="SandboxConfigurationException">The native agent is missing (MAY1006).</exception>
    public static async Task<SandboxImage> BuildAsync(SandboxOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var store = new ImageStore(AgentBinary.Locate(), options.LoggerFactory.CreateLogger<Sandbox>(), options.TimeProvider);
        if (options.Kernel == SandboxKernel.Minimal)
        {
            var (minimal, wasBuilt) = await store.BuildMinimalAsync(options.Progress, cancellationToken).ConfigureAwait(false);
            return Of(minimal, wasBuilt);
        }

        return Of(await store.GetAsync(null, options.Progress, cancellationToken).ConfigureAwait(false), wasBuilt: false);
    }

    /// <summary>
    /// The digest of the kernel and the initramfs that a machine of these options would boot, of all that went into them, and of what is in
    /// its layers. It costs a few stats and one for each file of a layer, or once the reading of them; nothing is made or downloaded.
    /// </summary>
    /// <param name="options">Kernel, initramfs and layers; nothing else of it matters but where the log goes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>SHA-256 in lower-case hexadecimal; null where the image is not there, so that a start would make it first.</returns>
    /// <exception cref="SandboxConfigurationException">The native agent is missing (MAY1006), or a kernel or an initramfs of one's own is none (MAY1005, MAY1016), or a layer can't be made of what was given (MAY1018).</exception>
    /// <exception cref="SandboxImageException">The cache can't be used. Codes MAY5xxx.</exception>
    public static async Task<string?> FindDigestAsync(SandboxOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var store = new ImageStore(AgentBinary.Locate(), options.LoggerFactory.CreateLogger<Sandbox>(), options.TimeProvider);
        var image = await store.FindDigestAsync(options, cancellationToken).ConfigureAwait(false);
        if (image is null || options.Layers.Count == 0)
        {
            return image;
        }

        var layers = await LayerStore.FindContentsAsync(options, cancellationToken).ConfigureAwait(false);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [image, .. layers]))));
    }

    private static SandboxImage Of(GuestImage image, bool wasBuilt) =>
        new(image.KernelPath, image.KernelRelease ?? "", image.InitramfsPath, wasBuilt);
}
