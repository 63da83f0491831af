using Mayfly.Images.Cache;
using Mayfly.Images.Initramfs;
using Mayfly.Images.Packages;

namespace Mayfly.Images;

/// <summary>The archive that machines with an SSH server unpack over the shared initramfs.</summary>
internal sealed partial class ImageStore
{
    private const string SshLayerKind = "ssh-layers";
    private const string SshLayerFile = "ssh.cpio";
    private const string SshLayerRecipe = "1";

    /// <summary>
    /// The path of the layer. Made first where the cache does not have it, which takes a network, some tools and some seconds.
    /// </summary>
    /// <exception cref="SandboxImageException">It could not be made. Codes MAY5xxx.</exception>
    public Task<string> GetSshLayerAsync(IProgress<SandboxProgress>? progress, CancellationToken cancellationToken)
    {
        var report = new ImageReport(_logger, progress);
        return ExplainFailureAsync(async () =>
        {
            if (_verified.FindLayer() is { } known)
            {
                return known;
            }

            var since = _verified.Now();
            var layer = await FindSshLayerAsync(report, cancellationToken).ConfigureAwait(false)
                ?? await MakeSshLayerAsync(report, cancellationToken).ConfigureAwait(false);
            var path = layer[SshLayerFile];
            _verified.RememberLayer(path, since);
            return path;
        });
    }

    private async Task<CacheEntry?> FindSshLayerAsync(ImageReport report, CancellationToken cancellationToken)
    {
        var shelf = new PackageShelf(_cache, _entries, _packages, _architecture, report);
        if (shelf.FindCurrent(PackageRole.Ssh) is not { } packages)
        {
            return null;
        }

        var key = SshLayerKey(packages);
        var lookup = await _entries.FindAsync(key.Kind, key.Value, null, cancellationToken).ConfigureAwait(false);
        report.Damage(SshLayerKind, lookup.Damage);
        return lookup.Entry;
    }

    private Task<CacheEntry> MakeSshLayerAsync(ImageReport report, CancellationToken cancellationToken)
        => BuildAsync(
            async (cache, entries, shelf) =>
            {
                var packages = await shelf.GetAsync(PackageRole.Ssh, cancellationToken).ConfigureAwait(false);
                var key = SshLayerKey(packages.Key.Value);
                var lookup = await entries.FindAsync(key.Kind, key.Value, null, cancellationToken).ConfigureAwait(false);
                return lookup.Entry ?? await entries.MakeAsync(
                    key,
                    async folder =>
                    {
                        report.Say("making the guest's SSH layer");
                        var scratch = cache.CreateTemporary();
                        var files = new PackageFiles(_packages, scratch);
                        foreach (var package in PackageShelf.FilesOf(packages))
                        {
                            await files.UnpackAsync(package, SshLayerBuilder.Programs, cancellationToken).ConfigureAwait(false);
                        }

                        var builder = new SshLayerBuilder(ImageResources.Default, files, _architecture);
                        await builder.WriteAsync(Path.Combine(folder, SshLayerFile), cancellationToken).ConfigureAwait(false);
                        CacheDirectory.Remove(new DirectoryInfo(scratch));
                        return new Dictionary<string, string>();
                    },
                    cancellationToken).ConfigureAwait(false);
            },
            report,
            cancellationToken);

    private CacheKey SshLayerKey(string packages) => new(SshLayerKind, new Dictionary<string, string>
    {
        ["recipe"] = SshLayerRecipe,
        ["architecture"] = _architecture.Name,
        ["resources"] = ImageResources.Default.Digest,
        ["packages"] = packages,
    });
}
