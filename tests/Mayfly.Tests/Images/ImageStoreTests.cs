using Mayfly.Images;
using Mayfly.Images.Cache;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Images;

public sealed class ImageStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakePackages _packages = new();
    private readonly ProgressRecorder _progress = new();

    public ImageStoreTests() => File.WriteAllText(_folder["agent"], "the agent");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheFirstStartMakesTheImageAndLaterOnesAskNobody()
    {
        var first = await Store().GetAsync(null, _progress, default);
        _packages.Offline = true;
        var later = await Store().GetAsync(null, null, default);

        Assert.Equal(first, later);
        Assert.Equal(FakePackages.Release, first.KernelRelease);
        Assert.Equal(SyntheticElf.Kernel(), await File.ReadAllBytesAsync(first.KernelPath));
        Assert.Equal((2, 2), (_packages.Downloads, _packages.Resolutions));
        Assert.Contains(_progress.Steps, step => step is { Activity: "downloading Kernel", Completed.Bytes: 500, Total.Bytes: 1000 });
        Assert.Contains(_progress.Steps, step => step.Activity == "making the guest's initramfs");
        Assert.Empty(Directory.EnumerateFileSystemEntries(Cache().Temporary));
    }

    [Fact]
    public async Task TheDigestIsFoundWithoutMakingAnything()
    {
        var options = new SandboxOptions();
        Assert.Null(await Store().FindDigestAsync(options, default));
        Assert.Equal((0, 0), (_packages.Downloads, _packages.Resolutions));

        var image = await Store().GetAsync(null, null, default);
        _packages.Offline = true;

        Assert.Equal(image.Digest, await Store().FindDigestAsync(options, default));
        Assert.Null(await Store().FindDigestAsync(options with { Kernel = SandboxKernel.Minimal }, default));
        File.WriteAllText(_folder["agent"], "another agent");
        Assert.Null(await Store().FindDigestAsync(options, default));
    }

    [Fact]
    public async Task AKernelAndAnInitramfsOfOnesOwnAreInTheDigestByTheirContent()
    {
        await Store().GetAsync(null, null, default);
        var options = new SandboxOptions();
        File.WriteAllBytes(_folder["kernel"], SyntheticElf.Kernel());
        File.WriteAllText(_folder["initramfs"], "070701 one");
        var digests = new List<string?>
        {
            await Store().FindDigestAsync(options, default),
            await Store().FindDigestAsync(options with { KernelPath = _folder["kernel"] }, default),
            await Store().FindDigestAsync(options with { InitramfsPath = _folder["initramfs"] }, default),
        };

        File.WriteAllText(_folder["initramfs"], "070701 two");
        digests.Add(await Store().FindDigestAsync(options with { InitramfsPath = _folder["initramfs"] }, default));

        Assert.DoesNotContain(null, digests);
        Assert.Equal(digests.Count, digests.Distinct().Count());
    }

    [Fact]
    public async Task TheInitramfsHoldsAgentAppletsModulesAndTheirLists()
    {
        var image = await Store().GetAsync(null, null, default);

        var files = CpioReader.Read(await File.ReadAllBytesAsync(image.InitramfsPath)).ToDictionary(entry => entry.Name);
        var root = $"lib/modules/{FakePackages.Release}";
        Assert.Equal("the agent"u8, files["init"].Content);
        Assert.Equal(0x81edu, files["init"].Mode);
        Assert.Equal(0x81edu, files["bin/busybox"].Mode);
        Assert.Equal("busybox"u8, files["bin/ls"].Content);
        Assert.Equal("../bin"u8, files["usr/bin"].Content);
        Assert.DoesNotContain(files.Keys, name => name.Contains("evil", StringComparison.Ordinal));
        Assert.DoesNotContain($"{root}/kernel/unwanted.ko", files.Keys);
        Assert.Contains($"{root}/kernel/hidden.ko", files.Keys);
        Assert.Equal(
            $"""
            /{root}/kernel/hidden.ko
            /{root}/kernel/virtio_ring.ko
            /{root}/kernel/virtio.ko
            /{root}/kernel/virtio_mmio.ko
            /{root}/kernel/virtio_console.ko

            """,
            System.Text.Encoding.UTF8.GetString(files["etc/mayfly/modules.serial"].Content));
        Assert.Equal(
            $"""
            /{root}/kernel/hidden.ko
            /{root}/kernel/virtio_ring.ko
            /{root}/kernel/virtio.ko
            /{root}/kernel/virtio_mmio.ko
            /{root}/kernel/vsock.ko
            /{root}/kernel/vmw_vsock_virtio_transport_common.ko
            /{root}/kernel/vmw_vsock_virtio_transport.ko

            """,
            System.Text.Encoding.UTF8.GetString(files["etc/mayfly/modules.vsock"].Content));
        Assert.Contains("kernel/erofs.ko: kernel/hidden.ko\n", System.Text.Encoding.UTF8.GetString(files[$"{root}/modules.dep"].Content), StringComparison.Ordinal);
        Assert.Contains("alias test-erofs erofs\n", System.Text.Encoding.UTF8.GetString(files[$"{root}/modules.alias"].Content), StringComparison.Ordinal);
        Assert.Equal(0x8180u, files["etc/shadow"].Mode);
    }

    public static TheoryData<string, string> Damages()
    {
        var damages = new TheoryData<string, string>();
        foreach (var file in new[] { "vmlinux", "initramfs.cpio", "kernel-manifest", "image-manifest" })
        {
            foreach (var how in new[] { "truncated", "flipped", "removed", "emptied" })
            {
                damages.Add(file, how);
            }
        }

        return damages;
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task ADamagedEntryIsNoticedAndMadeAgainWithoutANetwork(string file, string how)
    {
        var sound = await Store().GetAsync(null, null, default);
        var content = await File.ReadAllBytesAsync(sound.InitramfsPath);
        Assert.Equal(sound, await Store().GetAsync(null, null, default));
        Assert.Single(Directory.GetFiles(_folder["cache/verified"]));
        _packages.Offline = true;
        Damage(
            file switch
            {
                "vmlinux" => sound.KernelPath,
                "initramfs.cpio" => sound.InitramfsPath,
                "kernel-manifest" => Path.Combine(Path.GetDirectoryName(sound.KernelPath)!, "manifest.json"),
                _ => Path.Combine(Path.GetDirectoryName(sound.InitramfsPath)!, "manifest.json"),
            },
            how);

        var mended = await Store().GetAsync(null, _progress, default);

        Assert.Equal(sound, mended);
        Assert.Equal(content, await File.ReadAllBytesAsync(mended.InitramfsPath));
        Assert.Equal(SyntheticElf.Kernel(), await File.ReadAllBytesAsync(mended.KernelPath));
        Assert.Contains(_progress.Steps, step => step.Activity.Contains("damaged", StringComparison.Ordinal));
        Assert.Equal(2, _packages.Downloads);
    }

    [Fact]
    public async Task ADamagedModuleIsNotBuiltIntoALaterImage()
    {
        var image = await Store().GetAsync(null, null, default);
        Damage(Path.Combine(Path.GetDirectoryName(image.KernelPath)!, "modules", "virtio.ko"), "flipped");
        await File.WriteAllTextAsync(_folder["agent"], "another agent");

        var later = await Store().GetAsync(null, null, default);

        var module = CpioReader.Read(await File.ReadAllBytesAsync(later.InitramfsPath)).Single(entry => entry.Name.EndsWith("/virtio.ko", StringComparison.Ordinal));
        Assert.Equal(SyntheticElf.Module("alias=test-virtio", "depends=hidden"), module.Content);
    }

    [Fact]
    public async Task ADamagedPackageIsDownloadedAgainWhereItIsNeeded()
    {
        var image = await Store().GetAsync(null, null, default);
        Damage(Directory.GetFiles(_folder["cache/kernel-packages"], "*.tar", SearchOption.AllDirectories).Single(), "flipped");
        Damage(image.KernelPath, "removed");

        var mended = await Store().GetAsync(null, null, default);

        Assert.Equal(image, mended);
        Assert.Equal(3, _packages.Downloads);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("emptied")]
    [InlineData("removed")]
    public async Task ALostMemoryOfTheCurrentPackagesIsAskedForAnew(string how)
    {
        var image = await Store().GetAsync(null, null, default);
        Damage(_folder["cache/current.json"], how);

        Assert.Equal(image, await Store().GetAsync(null, null, default));
        Assert.Equal((2, 4), (_packages.Downloads, _packages.Resolutions));
    }

    [Fact]
    public async Task AnotherAgentMakesAnotherImageOfTheSameKernelWithoutANetwork()
    {
        var first = await Store().GetAsync(null, null, default);
        _packages.Offline = true;
        await File.WriteAllTextAsync(_folder["agent"], "another agent");

        var second = await Store().GetAsync(null, null, default);

        Assert.Equal(first.KernelPath, second.KernelPath);
        Assert.NotEqual(first.Digest, second.Digest);
        var init = CpioReader.Read(await File.ReadAllBytesAsync(second.InitramfsPath)).Single(entry => entry.Name == "init");
        Assert.Equal("another agent"u8, init.Content);
    }

    [Fact]
    public async Task ManyBuildersAtOnceDownloadOnce()
    {
        var images = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store().GetAsync(null, _progress, default))));

        Assert.Single(images.Distinct());
        Assert.Equal(2, _packages.Downloads);
    }

    [Fact]
    public async Task ABuilderThatFailsLeavesNothingAndTheNextOneSucceeds()
    {
        _packages.OnDownload = (_, _) => throw new SandboxImageException("MAY5001", "the mirror is down");
        var exception = await Assert.ThrowsAsync<SandboxImageException>(() => Store().GetAsync(null, null, default));
        Assert.Equal("MAY5001", exception.Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Cache().Temporary));

        _packages.OnDownload = (_, _) => Task.CompletedTask;
        Assert.NotNull(await Store().GetAsync(null, null, default));
    }

    [Fact]
    public async Task ACancelledBuilderPassesTheTurnOn()
    {
        using var cancellation = new CancellationTokenSource();
        var downloading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _packages.OnDownload = (_, token) =>
        {
            downloading.TrySetResult();
            return Task.Delay(Timeout.Infinite, token);
        };
        var cancelled = Store().GetAsync(null, null, cancellation.Token);
        await downloading.Task.WaitAsync(TimeSpan.FromSeconds(30));
        _packages.OnDownload = (_, _) => Task.CompletedTask;
        var waiting = Store().GetAsync(null, null, default);

        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
        Assert.NotNull(await waiting.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task WhatKilledBuildersLeftIsClearedByTheNextOne()
    {
        var debris = Directory.CreateDirectory(Path.Combine(Cache().Temporary, "killed"));
        await File.WriteAllTextAsync(Path.Combine(debris.FullName, "half.deb"), "half");
        File.CreateSymbolicLink(Path.Combine(debris.FullName, "link"), _folder["agent"]);

        await Store().GetAsync(null, null, default);

        Assert.False(debris.Exists && Directory.Exists(debris.FullName));
        Assert.True(File.Exists(_folder["agent"]));
    }

    [Fact]
    public async Task AKernelOfTheUsersTakesThePlaceOfTheDefaultOne()
    {
        var image = await Store().GetAsync(null, null, default);
        await File.WriteAllBytesAsync(_folder["mine"], SyntheticElf.Kernel(bytes: 5000));

        var mine = await Store().GetAsync(_folder["mine"], null, default);

        Assert.Equal((_folder["mine"], image.InitramfsPath, null), (mine.KernelPath, mine.InitramfsPath, mine.KernelRelease));
        Assert.NotEqual(image.Digest, mine.Digest);
    }

    [Fact]
    public async Task AMissingAgentIsNamed()
    {
        File.Delete(_folder["agent"]);

        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Store().GetAsync(null, null, default));

        Assert.Equal("MAY1006", exception.Code);
        Assert.Contains(_folder["agent"], exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AVerifiedImageIsFoundWithoutReadingItAgain()
    {
        var image = await Store().GetAsync(null, null, default);
        Assert.Equal(image, await Store().GetAsync(null, null, default));

        // The access time of a file that is not read stays as it is, but not every file system keeps one; a record
        // that names another release is believed only where nothing else was asked.
        var record = Assert.Single(Directory.GetFiles(_folder["cache/verified"]));
        var text = await File.ReadAllTextAsync(record);
        var body = text[..text.LastIndexOf('\n')].Replace(FakePackages.Release, "6.1.0-seen", StringComparison.Ordinal);
        var hash = body.Aggregate(0xcbf29ce484222325, (hash, character) => unchecked((hash ^ character) * 0x100000001b3));
        await File.WriteAllTextAsync(record, $"{body}\n{hash:x16}");

        Assert.Equal("6.1.0-seen", (await Store().GetAsync(null, null, default)).KernelRelease);
    }

    [Fact]
    public async Task ADamagedRecordOfVerifiedImagesIsNotBelieved()
    {
        var image = await Store().GetAsync(null, null, default);
        var record = Assert.Single(Directory.GetFiles(_folder["cache/verified"]));
        var sound = await File.ReadAllBytesAsync(record);
        var random = new Random(3);
        for (var trial = 0; trial < 50; trial++)
        {
            var damaged = sound[..(trial % 5 == 0 ? random.Next(sound.Length) : sound.Length)];
            if (damaged.Length > 0)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(7));
            }

            await File.WriteAllBytesAsync(record, damaged);
            Assert.Equal(image, await Store().GetAsync(null, null, default));
        }
    }

    [Fact]
    public async Task AnImageThatHasJustChangedIsNotTakenForVerified()
    {
        await Store(TimeProvider.System).GetAsync(null, null, default);

        Assert.False(Directory.Exists(_folder["cache/verified"]));
    }

    [Fact]
    public async Task OldEntriesMakeRoom()
    {
        for (var version = 0; version < 9; version++)
        {
            await File.WriteAllTextAsync(_folder["agent"], $"agent {version}");
            await Store().GetAsync(null, null, default);
        }

        Assert.Equal(6, Directory.GetDirectories(_folder["cache/images"]).Length);
    }

    private CacheDirectory Cache() => CacheDirectory.Open(_folder["cache"]);

    private ImageStore Store(TimeProvider? clock = null)
        => new(Cache(), _packages, GuestArchitecture.X64, _folder["agent"], NullLogger.Instance, clock ?? new LaterClock());

    private static void Damage(string path, string how)
    {
        switch (how)
        {
            case "truncated":
                using (var file = File.OpenWrite(path))
                {
                    file.SetLength(file.Length / 2);
                }

                break;
            case "flipped":
                var content = File.ReadAllBytes(path);
                content[content.Length / 2] ^= 0x01;
                File.WriteAllBytes(path, content);
                break;
            case "emptied":
                File.WriteAllBytes(path, []);
                break;
            default:
                File.Delete(path);
                break;
        }
    }

    // Makes every file look as if it had not changed for an hour.
    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromHours(1);
    }
}
