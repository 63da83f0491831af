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

    public Task<IReadOnlyList<PackageVersion>> ResolveAsync(PackageRole role, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _resolutions);
        return Offline
            ? throw new SandboxImageException("MAY5001", "offline")
            : Task.FromResult<IReadOnlyList<PackageVersion>>(
                role == PackageRole.Ssh
                    ? [Package("Ssh"), Package("SshLibraries")]
                    : [Package($"{role}")]);
    }

    public async Task DownloadAsync(
        IReadOnlyList<PackageVersion> packages, string folder, IProgress<ByteSize> progress, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _downloads);
        foreach (var package in packages)
        {
            await using var file = File.Create(Path.Combine(folder, package.FileName));
            await using var tar = new TarWriter(file);
            Fill(tar, package.Name);
        }

        await OnDownload(folder, cancellationToken);
        progress.Report(new ByteSize(500));
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

    private PackageVersion Package(string name) => new(name, $"{name}_{Version}.tar", "SHA256:0", new ByteSize(1000));

    private static void Fill(TarWriter tar, string package)
    {
        switch (package)
        {
            case "Kernel":
                Add(tar, $"./boot/vmlinuz-{Release}", SyntheticBzImage.Gzip(SyntheticElf.Kernel()));
                Add(tar, $"./lib/modules/{Release}/modules.builtin", "kernel/lib/libcrc32c.ko\n"u8.ToArray());
                foreach (var module in ImageResources.Default.Modules.All.Except(["libcrc32c", "af_packet", "loop"]))
                {
                    Add(tar, $"./lib/modules/{Release}/kernel/{module}.ko", SyntheticElf.Module($"alias=test-{module}", "depends=hidden"));
                }

                Add(tar, $"./lib/modules/{Release}/kernel/unwanted.ko", SyntheticElf.Module());
                Add(tar, $"./lib/modules/{Release}/kernel/hidden.ko", SyntheticElf.Module("depends="));
                break;
            case "Busybox":
                Add(tar, "./bin/busybox", Encoding.UTF8.GetBytes("#!/bin/sh\nprintf 'sh\\nls\\nbusybox\\n../evil\\n'\n"));
                break;
            case "Ssh":
                Add(tar, "./usr/sbin/dropbear", SyntheticProgram.Make("/lib64/ld.so.2", "libz.so.1", "libc.so.6"));
                Add(tar, "./usr/lib/openssh/sftp-server", SyntheticProgram.Make("/lib64/ld.so.2", "libc.so.6"));
                Add(tar, "./usr/bin/rsync", SyntheticProgram.Make("/lib64/ld.so.2", "libc.so.6"));
                break;
            default:
                Add(tar, "./lib/x86_64-linux-gnu/ld.so.2", SyntheticProgram.Make(null));
                Add(tar, "./lib/x86_64-linux-gnu/libc.so.6", SyntheticProgram.Make("/lib64/ld.so.2", "ld.so.2"));
                Add(tar, "./usr/lib/x86_64-linux-gnu/libz.so.1.3", SyntheticProgram.Make(null, "libc.so.6"));
                tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, "./usr/lib/x86_64-linux-gnu/libz.so.1") { LinkName = "libz.so.1.3" });
                Add(tar, "./usr/lib/x86_64-linux-gnu/libunused.so.1", SyntheticProgram.Make(null));
                break;
        }
    }

    private static void Add(TarWriter tar, string name, byte[] content)
        => tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
}
