using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Mayfly.Supervision;

namespace Mayfly.Tests.Sandboxes.Disks;

/// <summary>Disks as the guest sees them, and what becomes of their images.</summary>
[Trait("Category", "MicroVM")]
public sealed class DiskTests : IDisposable
{
    private const int ImageBytes = 32 * 1024 * 1024;

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("mayfly-test-");
    private readonly string _image;
    private readonly byte[] _checksum;

    public DiskTests()
    {
        _image = Path.Combine(_scratch.FullName, "disk.img");
        var content = new byte[ImageBytes];
        "the image"u8.CopyTo(content);
        File.WriteAllBytes(_image, content);
        _checksum = SHA256.HashData(content);
    }

    public void Dispose() => _scratch.Delete(recursive: true);

    [Fact]
    public async Task DisksComeInTheirOrderWithTheirSerialNumbers()
    {
        var small = Path.Combine(_scratch.FullName, "small, with a comma.img");
        File.WriteAllBytes(small, new byte[1024]);
        var disks = Enumerable.Range(0, 8).Select(number => new SandboxDisk
        {
            Path = number == 1 ? small : _image,
            Mode = number == 2 ? SandboxDiskMode.ReadOnly : SandboxDiskMode.CopyOnWrite,
        });
        await using var sandbox = await Sandbox.StartAsync(new SandboxOptions { Disks = [.. disks] });

        Assert.Equal(
            "vda disk0 65536 0\nvdb disk1 2 0\nvdc disk2 65536 1\nvdd disk3 65536 0\nvde disk4 65536 0\nvdf disk5 65536 0\nvdg disk6 65536 0\nvdh disk7 65536 0\n",
            await ShellAsync(sandbox, "cd /sys/block; for d in vd*; do echo $d $(cat $d/serial) $(cat $d/size) $(cat $d/ro); done"));
        Assert.Equal("the image", await ShellAsync(sandbox, "head -c 9 /dev/vdc"));
        Assert.NotEqual("", (await sandbox.ShellAsync("echo x > /dev/vdc", Patience.Long)).StandardError);
    }

    [Fact]
    public async Task SandboxesThatShareAnImageSeeOnlyTheirOwnWrites()
    {
        var options = new SandboxOptions { Disks = [new SandboxDisk { Path = _image }] };
        await using var first = await Sandbox.StartAsync(options);
        await using var second = await Sandbox.StartAsync(options);

        await ShellAsync(first, "printf first | dd of=/dev/vda conv=notrunc,fsync; printf 1 | dd of=/dev/vda bs=1 seek=20000000 conv=notrunc,fsync");
        await ShellAsync(second, "printf other | dd of=/dev/vda conv=notrunc,fsync; echo 3 > /proc/sys/vm/drop_caches");
        await ShellAsync(first, "echo 3 > /proc/sys/vm/drop_caches");

        Assert.Equal("firstmage1", await ShellAsync(first, "head -c 9 /dev/vda; dd if=/dev/vda bs=1 skip=20000000 count=1"));
        Assert.Equal("othermage\0", await ShellAsync(second, "head -c 9 /dev/vda; dd if=/dev/vda bs=1 skip=20000000 count=1"));
        Assert.Equal(_checksum, SHA256.HashData(File.ReadAllBytes(_image)));
    }

    [Fact]
    public async Task WritesBeyondTheLimitFailInTheGuestAndTakeNoMoreRoomOnTheHost()
    {
        var limit = ByteSize.MiB(4);
        await using var sandbox = await Sandbox.StartAsync(new SandboxOptions { Disks = [new SandboxDisk { Path = _image, WriteLimit = limit }] });
        var overlay = Path.Combine(RuntimeRoot.Locate(), sandbox.Id, "disk0");

        var result = await sandbox.ShellAsync("dd if=/dev/zero of=/dev/vda bs=1M count=16 conv=notrunc,fsync", Patience.Long);

        Assert.Contains("Input/output error", result.StandardError, StringComparison.Ordinal);
        Assert.InRange(AllocatedBytes(overlay), limit.Bytes / 2, limit.Bytes + (512 * 1024));
        await ShellAsync(sandbox, "echo 3 > /proc/sys/vm/drop_caches; dd if=/dev/vda of=/dev/null bs=1M");
        Assert.Equal(_checksum, SHA256.HashData(File.ReadAllBytes(_image)));
        await sandbox.DisposeAsync();
        Assert.False(File.Exists(overlay));
    }

    [Fact]
    public async Task WhatIsWrittenHereAndThereIsReadBack()
    {
        await using var sandbox = await Sandbox.StartAsync(new SandboxOptions { Disks = [new SandboxDisk { Path = _image }] });

        await ShellAsync(
            sandbox,
            """
            set -e
            cat /dev/vda > /expected
            head -c 3000000 /dev/urandom > /some
            for offset in 0 5000000 11111111 29000000; do
              dd if=/some of=/dev/vda bs=1M oflag=seek_bytes seek=$offset conv=notrunc,fsync
              dd if=/some of=/expected bs=1M oflag=seek_bytes seek=$offset conv=notrunc
            done
            echo 3 > /proc/sys/vm/drop_caches
            cmp /dev/vda /expected
            """);

        Assert.Equal(_checksum, SHA256.HashData(File.ReadAllBytes(_image)));
    }

    [Fact]
    public async Task AnImageThatAnotherQemuWritesIsRefused()
    {
        const string Monitor = "-machine microvm -S -nodefaults -display none -qmp stdio -device virtio-blk-device,drive=d";
        var start = new ProcessStartInfo("qemu-system-x86_64", $"{Monitor} -drive if=none,id=d,format=raw,file={_image}")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var other = Process.Start(start)!;
        try
        {
            Assert.Contains("QMP", await other.StandardOutput.ReadLineAsync().WithPatience(), StringComparison.Ordinal);

            var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(
                () => Sandbox.StartAsync(new SandboxOptions { Disks = [new SandboxDisk { Path = _image }] }));

            Assert.Equal("MAY1014", exception.Code);
            Assert.Contains("another process", exception.Message, StringComparison.OrdinalIgnoreCase);
        }
        finally
        {
            other.Kill();
            await other.WaitForExitAsync().WithPatience();
        }
    }

    [Fact]
    public async Task AMachineWithoutDisksDoesNotLoadTheirDriver()
    {
        await using var sandbox = await Sandbox.StartAsync();

        Assert.Equal("0\n", await ShellAsync(sandbox, "grep -c virtio_blk /proc/modules || true"));
    }

    private static async Task<string> ShellAsync(Sandbox sandbox, string script)
    {
        var result = await sandbox.ShellAsync(script, Patience.Long);
        result.EnsureSuccess();
        return result.StandardOutput;
    }

    private static long AllocatedBytes(string path)
    {
        using var du = Process.Start(new ProcessStartInfo("du", ["--block-size=1", path]) { RedirectStandardOutput = true })!;
        var text = du.StandardOutput.ReadToEnd();
        du.WaitForExit();
        return long.Parse(text.Split('\t')[0], CultureInfo.InvariantCulture);
    }
}
