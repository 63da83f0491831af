using Mayfly.Diagnostics;
using Mayfly.Images.Cache;
using Mayfly.Images.Initramfs;
using Mayfly.Images.Kernels;
using Mayfly.Images.Packages;
using Microsoft.Extensions.Logging;

namespace Mayfly.Images;

/// <summary>
/// Where machines get what they boot. Kernel and initramfs are made once and kept in the cache under the digest of all
/// that went into them; later starts read a few small files and ask nobody. Safe for use by several threads and processes.
/// </summary>
internal sealed partial class ImageStore
{
    private const string ImageKind = "images";
    private const string InitramfsFile = "initramfs.cpio";

    // Part of every key: a change in how entries are made must make new ones.
    private const string KernelRecipe = "1";
    private const string ImageRecipe = "5";

    private readonly CacheDirectory _cache;
    private readonly IPackageSource _packages;
    private readonly GuestArchitecture _architecture;
    private readonly string _agentPath;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly VerifiedImages _verified;
    private readonly CacheEntries _entries;

    /// <summary>Creates the store of the user's cache and of the packages that this host's distribution offers.</summary>
    /// <exception cref="SandboxImageException">There is no cache folder to be had, or no image for this architecture.</exception>
    public ImageStore(string agentPath, ILogger logger, TimeProvider timeProvider)
        : this(CacheDirectory.Open(), new DebianPackages(GuestArchitecture.OfThisHost()), GuestArchitecture.OfThisHost(), agentPath, logger, timeProvider)
    {
    }

    /// <summary>Creates a store of the given parts.</summary>
    internal ImageStore(
        CacheDirectory cache, IPackageSource packages, GuestArchitecture architecture, string agentPath, ILogger logger, TimeProvider timeProvider)
    {
        _cache = cache;
        _packages = packages;
        _architecture = architecture;
        _agentPath = Path.GetFullPath(agentPath);
        _logger = logger;
        _timeProvider = timeProvider;
        _verified = new VerifiedImages(cache, _agentPath, timeProvider);
        _entries = new CacheEntries(cache, logger);
    }

    /// <summary>
    /// The default image, with the kernel at <paramref name="kernelPath"/> in place of its own where that is given.
    /// Made first where the cache does not have it, which takes a network, some tools and some seconds.
    /// </summary>
    /// <exception cref="SandboxConfigurationException">The given kernel is none (MAY1005), or the agent is missing (MAY1006).</exception>
    /// <exception cref="SandboxImageException">The image could not be made. Codes MAY5xxx.</exception>
    public async Task<GuestImage> GetAsync(string? kernelPath, IProgress<SandboxProgress>? progress, CancellationToken cancellationToken)
    {
        var userKernel = kernelPath is null ? null : UserKernel.Check(kernelPath, _architecture).FullPath;
        var choice = KernelChoice.Own(userKernel);
        var report = new ImageReport(_logger, progress);
        return await ExplainFailureAsync(async () =>
        {
            if (_verified.Find(choice) is { } known)
            {
                Log.ImageFound(_logger, known.Digest, known.KernelPath, known.InitramfsPath);
                return known;
            }

            var since = _verified.Now();
            var image = await FindAsync(report, cancellationToken).ConfigureAwait(false)
                ?? await MakeAsync(report, cancellationToken).ConfigureAwait(false);
            image = userKernel is null ? image : await WithKernelAsync(image, userKernel, cancellationToken).ConfigureAwait(false);
            _verified.Remember(choice, image, since);
            Log.ImageFound(_logger, image.Digest, image.KernelPath, image.InitramfsPath);
            return image;
        }).ConfigureAwait(false);
    }

    /// <summary>
    /// An image with the initramfs at <paramref name="initramfsPath"/> in place of the default one, and with the kernel at
    /// <paramref name="kernelPath"/>, or the default one.
    /// </summary>
    /// <exception cref="SandboxConfigurationException">The initramfs is none (MAY1016), or as with <see cref="GetAsync(string?, IProgress{SandboxProgress}?, CancellationToken)"/>.</exception>
    /// <exception cref="SandboxImageException">The default image could not be made. Codes MAY5xxx.</exception>
    public async Task<GuestImage> GetForeignAsync(
        string initramfsPath, string? kernelPath, IProgress<SandboxProgress>? progress, CancellationToken cancellationToken)
    {
        var initramfs = UserInitramfs.Check(initramfsPath);
        var image = await GetAsync(kernelPath, progress, cancellationToken).ConfigureAwait(false);
        return image with { InitramfsPath = initramfs, IsForeign = true };
    }

    /// <summary>The way of the first start after a boot of the host: everything is there and verified, nothing is locked.</summary>
    private async Task<GuestImage?> FindAsync(ImageReport report, CancellationToken cancellationToken)
    {
        var shelf = new PackageShelf(_cache, _entries, _packages, _architecture, report);
        if (shelf.FindCurrent(PackageRole.Kernel) is not { } kernelPackage || shelf.FindCurrent(PackageRole.Busybox) is not { } busyboxPackage)
        {
            return null;
        }

        var kernelKey = KernelKey(kernelPackage);
        var imageKey = await ImageKeyAsync(kernelKey, busyboxPackage, cancellationToken).ConfigureAwait(false);
        var kernel = await _entries.FindAsync(kernelKey.Kind, kernelKey.Value, [KernelEntry.KernelFile], cancellationToken).ConfigureAwait(false);
        var image = await _entries.FindAsync(imageKey.Kind, imageKey.Value, null, cancellationToken).ConfigureAwait(false);
        report.Damage(KernelEntry.Kind, kernel.Damage);
        report.Damage(ImageKind, image.Damage);
        return kernel.Entry is not null && image.Entry is not null ? Combine(kernel.Entry, image.Entry) : null;
    }

    private Task<GuestImage> MakeAsync(ImageReport report, CancellationToken cancellationToken)
        => BuildAsync(
            async (cache, entries, shelf) =>
            {
                var kernel = await GetKernelAsync(entries, shelf, report, cancellationToken).ConfigureAwait(false);
                var image = await GetImageAsync(cache, entries, kernel, shelf, report, cancellationToken).ConfigureAwait(false);
                return Combine(kernel, image);
            },
            report,
            cancellationToken);

    /// <summary>Has something made under the lock, in a workspace that goes even with a killed builder.</summary>
    private async Task<T> BuildAsync<T>(
        Func<CacheDirectory, CacheEntries, PackageShelf, Task<T>> make, ImageReport report, CancellationToken cancellationToken)
    {
        using var right = await CacheLock.AcquireAsync(
            _cache, () => report.Say("waiting for another process that makes the guest's image"), cancellationToken).ConfigureAwait(false);
        _cache.RemoveDebris();
        var (cache, keeper) = _cache.OpenWorkspace();
        await using (keeper.ConfigureAwait(false))
        {
            var entries = new CacheEntries(cache, _logger);
            return await make(cache, entries, new PackageShelf(cache, entries, _packages, _architecture, report)).ConfigureAwait(false);
        }
    }

    private async Task<T> ExplainFailureAsync<T>(Func<Task<T>> get)
    {
        try
        {
            return await get().ConfigureAwait(false);
        }
        catch (Exception exception) when (CacheFailure.IsOne(exception))
        {
            throw CacheFailure.Unwritable(_cache.Path, exception);
        }
        catch (Exception exception) when (exception is IOException or System.ComponentModel.Win32Exception)
        {
            throw new SandboxImageException(
                ErrorCode.ImageBuildFailed, $"the guest's image could not be made in {_cache.Path}: {exception.Message}", exception);
        }
    }

    private async Task<CacheEntry> GetKernelAsync(CacheEntries entries, PackageShelf shelf, ImageReport report, CancellationToken cancellationToken)
    {
        if (shelf.FindCurrent(PackageRole.Kernel) is { } current
            && await FindEntryAsync(KernelKey(current)).ConfigureAwait(false) is { } found)
        {
            return found;
        }

        // The current package may turn out to be damaged and be replaced by a newer one.
        var package = await shelf.GetAsync(PackageRole.Kernel, cancellationToken).ConfigureAwait(false);
        var key = KernelKey(package.Key.Value);
        return await FindEntryAsync(key).ConfigureAwait(false)
            ?? await entries.MakeAsync(
                key,
                async folder =>
                {
                    report.Say($"unpacking the kernel of {package.Facts["package"]}");
                    var unpacker = new KernelUnpacker(_packages, _architecture, ImageResources.Default.Modules, _logger);
                    var release = await unpacker.UnpackAsync(PackageShelf.FileOf(package), folder, cancellationToken).ConfigureAwait(false);
                    return new Dictionary<string, string> { [KernelEntry.ReleaseFact] = release };
                },
                cancellationToken).ConfigureAwait(false);

        async Task<CacheEntry?> FindEntryAsync(CacheKey wanted)
            => (await entries.FindAsync(wanted.Kind, wanted.Value, null, cancellationToken).ConfigureAwait(false)).Entry;
    }

    private async Task<CacheEntry> GetImageAsync(
        CacheDirectory cache, CacheEntries entries, CacheEntry kernel, PackageShelf shelf, ImageReport report, CancellationToken cancellationToken)
    {
        var package = await shelf.GetAsync(PackageRole.Busybox, cancellationToken).ConfigureAwait(false);
        var key = await ImageKeyAsync(kernel.Key, package.Key.Value, cancellationToken).ConfigureAwait(false);
        var lookup = await entries.FindAsync(key.Kind, key.Value, null, cancellationToken).ConfigureAwait(false);
        return lookup.Entry ?? await entries.MakeAsync(
            key,
            async folder =>
            {
                report.Say("making the guest's initramfs");
                var scratch = cache.CreateTemporary();
                var busybox = await Busybox.UnpackAsync(_packages, PackageShelf.FileOf(package), scratch, cancellationToken).ConfigureAwait(false);
                var applets = await Busybox.ListAppletsAsync(busybox, _timeProvider, cancellationToken).ConfigureAwait(false);
                var builder = new InitramfsBuilder(ImageResources.Default, _agentPath, busybox, applets, kernel);
                await builder.WriteAsync(Path.Combine(folder, InitramfsFile), cancellationToken).ConfigureAwait(false);
                CacheDirectory.Remove(new DirectoryInfo(scratch));
                return new Dictionary<string, string>();
            },
            cancellationToken).ConfigureAwait(false);
    }

    private CacheKey KernelKey(string package) => new(KernelEntry.Kind, new Dictionary<string, string>
    {
        ["recipe"] = KernelRecipe,
        ["architecture"] = _architecture.Name,
        ["package"] = package,
        ["modules"] = ImageResources.Default.ModulesDigest,
    });

    private async Task<CacheKey> ImageKeyAsync(CacheKey kernel, string busyboxPackage, CancellationToken cancellationToken)
        => new(ImageKind, new Dictionary<string, string>
        {
            ["recipe"] = ImageRecipe,
            ["resources"] = ImageResources.Default.Digest,
            ["kernel"] = kernel.Value,
            ["busybox"] = busyboxPackage,
            ["agent"] = await AgentDigestAsync(cancellationToken).ConfigureAwait(false),
        });

    private async Task<string> AgentDigestAsync(CancellationToken cancellationToken)
        => await DigestAsync(_agentPath, cancellationToken).ConfigureAwait(false)
            ?? throw new SandboxConfigurationException(
                ErrorCode.AgentMissing, $"the guest agent {_agentPath} is not there; build it with build/setup, or reinstall Mayfly");

    private static async Task<GuestImage> WithKernelAsync(GuestImage image, string path, CancellationToken cancellationToken)
    {
        var digest = await DigestAsync(path, cancellationToken).ConfigureAwait(false)
            ?? throw new SandboxConfigurationException(ErrorCode.KernelUnreadable, $"the kernel {path} has just been removed");
        return image with
        {
            KernelPath = path,
            KernelRelease = null,
            Digest = new Fingerprint().Add(image.Digest).Add(digest).ToHex(),
        };
    }

    private static async Task<string?> DigestAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var stream = File.OpenRead(path);
        await using (stream.ConfigureAwait(false))
        {
            return await Fingerprint.OfStreamAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    private static GuestImage Combine(CacheEntry kernel, CacheEntry image)
        => new(kernel[KernelEntry.KernelFile], image[InitramfsFile], image.Key.Value, kernel.Facts[KernelEntry.ReleaseFact]);
}
