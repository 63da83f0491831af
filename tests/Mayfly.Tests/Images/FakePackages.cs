using System.Formats.Tar;
using System.Text;
using Mayfly.Images;
using Mayfly.Images.Packages;

namespace Mayfly.Tests.Images;

/// <summary>A distribution of two tiny packages, which are plain tar archives, without a network.</summary>
internal sealed class FakePackages : IPackageSource
{
    public const string Release = "6.1.0-fake";

    private int _downloads;
    private int _resolutions;

    public int Downloads => _downloads;

    public int Resolutions => _resolutions;

    /// <summary>Whether the network is there.</summary>
    public bool Offline { get; set; }

    /// <summary>Part of the packages' version.</summary>
    public string Version { get; set; } = "1";

    /// <summary>Runs within each download, before it ends.</summary>
    public Func<string, CancellationToken, Task> OnDownload { get; set; } = (_, _) => Task.CompletedTask;

    public string Name => "fake";

    public Task<PackageVersion> ResolveAsync(PackageRole role, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _resolutions);
        return Offline
            ? throw new SandboxImageException("MAY5001", "offline")
            : Task.FromResult(new PackageVersion($"{role}", $"{role}_{Version}.tar", "SHA256:0", new ByteSize(1000)));
    }

    public async Task<string> DownloadAsync(PackageVersion package, string folder, IProgress<ByteSize> progress, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _downloads);
        var path = Path.Combine(folder, package.FileName);
        await using (var file = File.Create(path))
        {
            await using var tar = new TarWriter(file);
            if (package.Name == $"{PackageRole.Kernel}")
            {
                Add(tar, $"./boot/vmlinuz-{Release}", SyntheticBzImage.Gzip(SyntheticElf.Kernel()));
                Add(tar, $"./lib/modules/{Release}/modules.builtin", "kernel/lib/libcrc32c.ko\n"u8.ToArray());
                foreach (var module in ImageResources.Default.Modules.All.Except(["libcrc32c", "af_packet", "loop"]))
                {
                    Add(tar, $"./lib/modules/{Release}/kernel/{module}.ko", SyntheticElf.Module($"alias=test-{module}", "depends=hidden"));
                }

                Add(tar, $"./lib/modules/{Release}/kernel/unwanted.ko", SyntheticElf.Module());
                Add(tar, $"./lib/modules/{Release}/kernel/hidden.ko", SyntheticElf.Module("depends="));
            }
            else
            {
                Add(tar, "./bin/busybox", Encoding.UTF8.GetBytes("#!/bin/sh\nprintf 'sh\\nls\\nbusybox\\n../evil\\n'\n"));
            }
        }

        await OnDownload(folder, cancellationToken);
        progress.Report(new ByteSize(500));
        return path;
    }

    public async Task ReadAsync(string packagePath, Func<TarEntry, Task> visit, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(packagePath);
        await using var tar = new TarReader(file);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            await visit(entry);
        }
    }

    private static void Add(TarWriter tar, string name, byte[] content)
        => tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
}
