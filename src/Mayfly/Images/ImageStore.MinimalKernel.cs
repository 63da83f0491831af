using Mayfly.Diagnostics;
using Mayfly.Images.Cache;
using Mayfly.Images.Initramfs;
using Mayfly.Images.Kernels;
using Mayfly.Images.Packages;

namespace Mayfly.Images;

/// <summary>The image with the minimal kernel, which is built when somebody asks for that, and never by a start.</summary>
internal sealed partial class ImageStore
{
    private const string MinimalKernelRecipe = "1";
    private const string MinimalKernelLog = "minimal.log";

    /// <summary>The image that these options are about: the default one, or with another kernel, another initramfs, or both.</summary>
    /// <exception cref="SandboxConfigurationException">As with <see cref="GetForeignAsync"/> and <see cref="GetMinimalAsync"/>.</exception>
    /// <exception cref="SandboxImageException">The image could not be made. Codes MAY5xxx.</exception>
    public async Task<GuestImage> GetAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        if (options is not { Kernel: SandboxKernel.Minimal, KernelPath: null })
        {
            return options.InitramfsPath is { } own
                ? await GetForeignAsync(own, options.KernelPath, options.Progress, cancellationToken).ConfigureAwait(false)
                : await GetAsync(options.KernelPath, options.Progress, cancellationToken).ConfigureAwait(false);
        }

        var initramfs = options.InitramfsPath is { } path ? UserInitramfs.Check(path) : null;
        var image = await GetMinimalAsync(options.Progress, cancellationToken).ConfigureAwait(false);
        return initramfs is null ? image : image with { InitramfsPath = initramfs, IsForeign = true };
    }

    /// <summary>The image with the minimal kernel. Its initramfs is made where it is not there; the kernel is not.</summary>
    /// <exception cref="SandboxConfigurationException">The kernel has not been built (MAY1019), or the agent is missing (MAY1006).</exception>
    /// <exception cref="SandboxImageException">The initramfs could not be made. Codes MAY5xxx.</exception>
    public Task<GuestImage> GetMinimalAsync(IProgress<SandboxProgress>? progress, CancellationToken cancellationToken)
    {
        var report = new ImageReport(_logger, progress);
        return ExplainFailureAsync(async () =>
        {
            if (_verified.Find(KernelChoice.Minimal) is { } known)
            {
                Log.ImageFound(_logger, known.Digest, known.KernelPath, known.InitramfsPath);
                return known;
            }

            var since = _verified.Now();
            var kernel = await FindMinimalKernelAsync(report, cancellationToken).ConfigureAwait(false) ?? throw NotBuilt();
            var image = await FindImageAsync(kernel, report, cancellationToken).ConfigureAwait(false)
                ?? await BuildAsync(
                    async (cache, entries, shelf) => Combine(kernel, await GetImageAsync(cache, entries, kernel, shelf, report, cancellationToken).ConfigureAwait(false)),
                    report,
                    cancellationToken).ConfigureAwait(false);
            _verified.Remember(KernelChoice.Minimal, image, since);
            Log.ImageFound(_logger, image.Digest, image.KernelPath, image.InitramfsPath);
            return image;
        });
    }

    /// <summary>Whether the minimal kernel is there, whole, and made as this version of Mayfly would make it.</summary>
    public async Task<bool> HasMinimalAsync(CancellationToken cancellationToken) =>
        await FindMinimalKernelAsync(new ImageReport(_logger, null), cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Builds kernel and image where they are not there, and says whether the kernel was built.</summary>
    /// <exception cref="SandboxImageException">They could not be made. Codes MAY5xxx.</exception>
    public Task<(GuestImage Image, bool WasBuilt)> BuildMinimalAsync(IProgress<SandboxProgress>? progress, CancellationToken cancellationToken)
    {
        var report = new ImageReport(_logger, progress);
        return ExplainFailureAsync(async () =>
        {
            var wasBuilt = await EnsureMinimalKernelAsync(report, cancellationToken).ConfigureAwait(false);
            return (await GetMinimalAsync(progress, cancellationToken).ConfigureAwait(false), wasBuilt);
        });
    }

    /// <summary>Under which the shelf remembers it: what another version of Mayfly has built is another one's.</summary>
    internal static string MinimalKernelName => $"minimal-kernel-{MinimalKernelRecipe}-{MinimalKernelBuilder.RecipeDigest}";

    /// <summary>The image of that kernel, where it is there and whole.</summary>
    private async Task<GuestImage?> FindImageAsync(CacheEntry kernel, ImageReport report, CancellationToken cancellationToken)
    {
        var shelf = new PackageShelf(_cache, _entries, _packages, _architecture, report);
        if (shelf.FindCurrent(PackageRole.Busybox) is not { } busybox)
        {
            return null;
        }

        var key = await ImageKeyAsync(kernel.Key, busybox, cancellationToken).ConfigureAwait(false);
        var lookup = await _entries.FindAsync(key.Kind, key.Value, null, cancellationToken).ConfigureAwait(false);
        report.Damage(ImageKind, lookup.Damage);
        return lookup.Entry is { } image ? Combine(kernel, image) : null;
    }

    private async Task<CacheEntry?> FindMinimalKernelAsync(ImageReport report, CancellationToken cancellationToken)
    {
        var shelf = new PackageShelf(_cache, _entries, _packages, _architecture, report);
        if (shelf.FindBuilt(MinimalKernelName) is not { } name)
        {
            return null;
        }

        var lookup = await _entries.FindAsync(KernelEntry.Kind, name, null, cancellationToken).ConfigureAwait(false);
        report.Damage(KernelEntry.Kind, lookup.Damage);
        return lookup.Entry;
    }

    /// <summary>
    /// Compiles in a folder of the cache that has a lock and a workspace of its own: it takes minutes, during which nobody else's
    /// image or template may have to wait.
    /// </summary>
    private async Task<bool> EnsureMinimalKernelAsync(ImageReport report, CancellationToken cancellationToken)
    {
        var workshop = CacheDirectory.Open(CacheDirectory.WorkshopBelow(_cache.Path));
        using var right = await CacheLock.AcquireAsync(
            workshop, () => report.Say("waiting for another process that builds the kernel"), cancellationToken).ConfigureAwait(false);
        if (await FindMinimalKernelAsync(report, cancellationToken).ConfigureAwait(false) is not null)
        {
            return false;
        }

        workshop.RemoveDebris();
        var (work, keeper) = workshop.OpenWorkspace();
        await using (keeper.ConfigureAwait(false))
        {
            // Before anything is downloaded.
            var compiler = await MinimalKernelBuilder.FindCompilerAsync(work.CreateTemporary(), cancellationToken).ConfigureAwait(false);
            var package = await BuildAsync(
                (_, _, shelf) => shelf.GetAsync(PackageRole.KernelSource, cancellationToken), report, cancellationToken).ConfigureAwait(false);
            var built = work.CreateTemporary();
            var release = await new MinimalKernelBuilder(report)
                .BuildAsync(PackageShelf.FileOf(package), work.CreateTemporary(), built, Path.Combine(workshop.Path, MinimalKernelLog), cancellationToken)
                .ConfigureAwait(false);
            await BuildAsync(
                (_, entries, shelf) => KeepMinimalKernelAsync(entries, shelf, MinimalKernelKey(package, compiler), built, release, cancellationToken),
                report,
                cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private static async Task<CacheEntry> KeepMinimalKernelAsync(
        CacheEntries entries, PackageShelf shelf, CacheKey key, string built, string release, CancellationToken cancellationToken)
    {
        var kernel = await entries.MakeAsync(
            key,
            folder =>
            {
                foreach (var file in Directory.EnumerateFiles(built))
                {
                    File.Move(file, Path.Combine(folder, Path.GetFileName(file)));
                }

                return Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string> { [KernelEntry.ReleaseFact] = release });
            },
            cancellationToken).ConfigureAwait(false);
        shelf.RememberBuilt(MinimalKernelName, key);
        return kernel;
    }

    private CacheKey MinimalKernelKey(CacheEntry package, string compiler) => new(KernelEntry.Kind, new Dictionary<string, string>
    {
        ["recipe"] = MinimalKernelRecipe,
        ["architecture"] = _architecture.Name,
        ["package"] = package.Key.Value,
        ["configuration"] = MinimalKernelBuilder.RecipeDigest,
        ["compiler"] = compiler,
    });

    private static SandboxConfigurationException NotBuilt() => new(
        ErrorCode.MinimalKernelMissing,
        "the minimal kernel was asked for (SandboxOptions.Kernel, --kernel minimal or MAYFLY_KERNEL) and this version of it has not been built here. "
        + "Build it once, which takes about ten minutes: `mayfly image build --kernel minimal`. Or use the stock kernel");
}
