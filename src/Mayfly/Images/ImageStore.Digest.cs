using Mayfly.Diagnostics;
using Mayfly.Images.Cache;
using Mayfly.Images.Initramfs;
using Mayfly.Images.Kernels;

namespace Mayfly.Images;

/// <summary>What a start would find, without making anything.</summary>
internal sealed partial class ImageStore
{
    /// <summary>The digest of the image that these options are about; null where a start would have to make it first.</summary>
    /// <exception cref="SandboxConfigurationException">As with <see cref="GetAsync(SandboxOptions, CancellationToken)"/>.</exception>
    /// <exception cref="SandboxImageException">The cache can't be read.</exception>
    public Task<string?> FindDigestAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        var userKernel = options.KernelPath is { } own ? UserKernel.Check(own, _architecture).FullPath : null;
        var initramfs = options.InitramfsPath is { } path ? UserInitramfs.Check(path) : null;
        return ExplainFailureAsync(async () =>
        {
            var image = await FindExistingAsync(options.Kernel, userKernel, cancellationToken).ConfigureAwait(false);
            if (image is null || initramfs is null)
            {
                return image?.Digest;
            }

            var digest = await DigestAsync(initramfs, cancellationToken).ConfigureAwait(false)
                ?? throw new SandboxConfigurationException(ErrorCode.InitramfsUnreadable, $"the initramfs {initramfs} has just been removed");
            return new Fingerprint().Add(image.Digest).Add(digest).ToHex();
        });
    }

    private async Task<GuestImage?> FindExistingAsync(SandboxKernel kernel, string? userKernel, CancellationToken cancellationToken)
    {
        var isMinimal = kernel == SandboxKernel.Minimal && userKernel is null;
        var choice = isMinimal ? KernelChoice.Minimal : KernelChoice.Own(userKernel);
        if (_verified.Find(choice) is { } known)
        {
            return known;
        }

        var report = new ImageReport(_logger, null);
        var since = _verified.Now();
        var image = isMinimal ? await FindMinimalAsync(report, cancellationToken).ConfigureAwait(false) : await FindAsync(report, cancellationToken).ConfigureAwait(false);
        if (image is null)
        {
            return null;
        }

        image = userKernel is null ? image : await WithKernelAsync(image, userKernel, cancellationToken).ConfigureAwait(false);
        _verified.Remember(choice, image, since);
        return image;
    }

    private async Task<GuestImage?> FindMinimalAsync(ImageReport report, CancellationToken cancellationToken) =>
        await FindMinimalKernelAsync(report, cancellationToken).ConfigureAwait(false) is { } kernel
            ? await FindImageAsync(kernel, report, cancellationToken).ConfigureAwait(false)
            : null;
}
