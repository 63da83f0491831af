using System.Formats.Tar;
using System.Globalization;
using Mayfly.Diagnostics;
using Mayfly.Images.Cache;
using Mayfly.Images.Tools;

namespace Mayfly.Images.Packages;

/// <summary>Debian's packages, downloaded and read by the host's apt and dpkg without installing them; needs no root.</summary>
internal sealed class DebianPackages(GuestArchitecture architecture) : IPackageSource
{
    /// <summary>The command that makes apt know today's packages.</summary>
    public const string RefreshCommand = "sudo apt-get update";

    private static readonly string[] _ssh = ["dropbear-bin", "openssh-sftp-server", "rsync"];

    // apt would wait for a silent mirror for minutes.
    private static readonly string[] _patience = ["-o", "Acquire::http::Timeout=30", "-o", "Acquire::https::Timeout=30", "-o", "Acquire::Retries=2"];

    /// <inheritdoc/>
    public string Name => "debian";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PackageVersion>> ResolveAsync(PackageRole role, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = role switch
        {
            PackageRole.Kernel => [await ResolveMetaPackageAsync($"linux-image-cloud-{architecture.DebianName}", "linux-image-", cancellationToken).ConfigureAwait(false)],
            PackageRole.Busybox => ["busybox-static"],
            PackageRole.KernelSource => [await ResolveMetaPackageAsync("linux-source", "linux-source-", cancellationToken).ConfigureAwait(false)],
            PackageRole.Ssh => await WithLibrariesAsync(_ssh, cancellationToken).ConfigureAwait(false),
            _ => throw new ArgumentOutOfRangeException(nameof(role)),
        };
        return await ResolveAsync(names, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The current versions of packages.</summary>
    internal static async Task<IReadOnlyList<PackageVersion>> ResolveAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var (exit, output) = await RunAsync(Tool.AptGet, [.. Options, "--print-uris", "-qq", "download", .. names], cancellationToken).ConfigureAwait(false);
        var packages = names.Select(name => ParseUri(name, output)).OfType<PackageVersion>().ToList();
        return exit.Code == 0 && packages.Count == names.Count ? packages : throw Unavailable(names, exit);
    }

    /// <inheritdoc/>
    public async Task DownloadAsync(
        IReadOnlyList<PackageVersion> packages, string folder, IProgress<ByteSize> progress, CancellationToken cancellationToken)
    {
        var names = packages.Select(package => package.Name);
        var bytes = packages.Sum(package => package.Size.Bytes);
        var apt = ToolProcess.Start(Tool.AptGet, [.. Options, .. _patience, "-o", "APT::Status-Fd=1", "-qq", "download", .. names], folder);
        await using (apt.ConfigureAwait(false))
        {
            using var lines = new StreamReader(apt.Output);
            while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                if (ParsePercent(line) is { } percent)
                {
                    progress.Report(new ByteSize((long)(bytes * percent / 100)));
                }
            }

            var exit = await apt.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (exit.Code != 0 || Directory.GetFiles(folder, "*.deb").Length != packages.Count)
            {
                throw Failed(string.Join(' ', names), folder, exit);
            }
        }
    }

    /// <inheritdoc/>
    public async Task ReadAsync(string packagePath, Func<TarEntry, Task> visit, CancellationToken cancellationToken)
    {
        var dpkg = ToolProcess.Start(Tool.DpkgDeb, ["--fsys-tarfile", packagePath]);
        await using (dpkg.ConfigureAwait(false))
        {
            try
            {
                var tar = new TarReader(dpkg.Output, leaveOpen: true);
                await using (tar.ConfigureAwait(false))
                {
                    while (await tar.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
                    {
                        await visit(entry).ConfigureAwait(false);
                    }
                }

                await dpkg.Output.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException)
            {
                throw Damaged(packagePath, exception.Message, exception);
            }

            var exit = await dpkg.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (exit.Code != 0)
            {
                throw Damaged(packagePath, exit.ToString());
            }
        }
    }

    // Run by root, apt would hand the download to a user of its own, who can't write into a private folder.
    private static string[] Options => Libc.EffectiveUser() == 0 ? ["-o", "APT::Sandbox::User=root"] : [];

    /// <summary>Finds a package's <c>'URI' FILE SIZE DIGEST</c> in apt's answer to --print-uris.</summary>
    internal static PackageVersion? ParseUri(string name, string output)
        => output.Split('\n').FirstOrDefault(line => line.StartsWith('\'') && line.Contains($" {name}_", StringComparison.Ordinal))?.Split(' ') is [_, var file, var size, var digest]
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                ? new PackageVersion(name, file, digest, new ByteSize(bytes))
                : null;

    /// <summary>Finds the concrete package in a meta package's <c>Depends:</c>.</summary>
    internal static string? ParseDependency(string prefix, string control)
        => control.Split('\n')
            .FirstOrDefault(line => line.StartsWith("Depends: ", StringComparison.Ordinal))?["Depends: ".Length..]
            .Split(',', '|')
            .Select(dependency => dependency.Trim().Split(' ')[0])
            .FirstOrDefault(dependency => dependency.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Reads <c>dlstatus:ITEM:PERCENT:TEXT</c>.</summary>
    internal static double? ParsePercent(string line)
        => line.Split(':') is ["dlstatus", _, var percent, ..]
            && double.TryParse(percent, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value <= 100
                ? value
                : null;

    /// <summary>The names of packages, and of those with the libraries they need.</summary>
    internal static async Task<IReadOnlyList<string>> WithLibrariesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var (exit, output) = await RunAsync(Tool.AptCache, ["depends", "--recurse", "--important", .. names], cancellationToken).ConfigureAwait(false);
        return exit.Code == 0 ? DebianLibraries.Add(names, output) : throw Unavailable(names, exit);
    }

    private static async Task<string> ResolveMetaPackageAsync(string meta, string prefix, CancellationToken cancellationToken)
    {
        var (exit, output) = await RunAsync(Tool.AptCache, ["show", "--no-all-versions", meta], cancellationToken).ConfigureAwait(false);
        return exit.Code == 0 && ParseDependency(prefix, output) is { } name ? name : throw Unavailable([meta], exit);
    }

    private static async Task<(ToolExit Exit, string Output)> RunAsync(
        Tool tool, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var process = ToolProcess.Start(tool, arguments);
        await using (process.ConfigureAwait(false))
        {
            using var reader = new StreamReader(process.Output);
            var output = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            return (await process.WaitAsync(cancellationToken).ConfigureAwait(false), output);
        }
    }

    private static SandboxImageException Unavailable(IReadOnlyList<string> names, ToolExit exit)
        => new(
            ErrorCode.PackageUnavailable,
            $"apt knows no package {string.Join(" or ", names)} to download ({exit}); its lists are probably missing or old: run `sudo apt-get update`");

    private static SandboxImageException Failed(string name, string folder, ToolExit exit)
        => exit.ErrorText.Contains("No space left", StringComparison.Ordinal)
            || exit.ErrorText.Contains("enough free space", StringComparison.Ordinal)
                ? CacheFailure.Unwritable(folder, new IOException(exit.ErrorText, CacheFailure.NoSpace))
                : new SandboxImageException(
                    ErrorCode.PackageUnavailable,
                    $"apt could not download {name} ({exit}); check the network, and run `sudo apt-get update` where the mirror no longer has "
                    + "that version. It is needed only once: later starts use the cache");

    private static SandboxImageException Damaged(string path, string why, Exception? cause = null)
        => new(ErrorCode.ImageBuildFailed, $"the package {Path.GetFileName(path)} can't be read ({why})", cause);
}
