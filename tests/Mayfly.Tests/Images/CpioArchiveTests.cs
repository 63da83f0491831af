using System.Diagnostics;
using System.Text;
using Mayfly.Images.Initramfs;

namespace Mayfly.Tests.Images;

public sealed class CpioArchiveTests
{
    [Fact]
    public async Task EveryKindOfEntryComesBackWithItsOwnerModeAndContent()
    {
        var entries = CpioReader.Read(await WriteAsync(async archive =>
        {
            await archive.AddDirectoryAsync("/", new CpioOwner(0x1ed), default);
            await archive.AddDirectoryAsync("/tmp", new CpioOwner(0x3ff), default);
            await archive.AddFileAsync("/home/me/data", "hello"u8.ToArray(), new CpioOwner(0x1a0, 1000, 100), default);
            await archive.AddSymlinkAsync("/bin/sh", "busybox", default);
            await archive.AddDeviceAsync("/dev/console", isBlock: false, 5, 1, new CpioOwner(0x180), default);
            await archive.AddDeviceAsync("/dev/loop0", isBlock: true, 7, 0, new CpioOwner(0x1b0), default);
        }));

        Assert.Equal([".", "tmp", "home/me/data", "bin/sh", "dev/console", "dev/loop0"], entries.Select(entry => entry.Name));
        Assert.Equal([0x41edu, 0x43ffu, 0x81a0u, 0xa1ffu, 0x2180u, 0x61b0u], entries.Select(entry => entry.Mode));
        Assert.Equal("hello"u8, entries[2].Content);
        Assert.Equal((1000u, 100u), (entries[2].User, entries[2].Group));
        Assert.Equal("busybox"u8, entries[3].Content);
        Assert.Equal((5u, 1u), (entries[4].Major, entries[4].Minor));
        Assert.Equal([1u, 2u, 3u, 4u, 5u, 6u], entries.Select(entry => entry.Inode));
        Assert.All(entries, entry => Assert.Equal(0u, entry.Time));
        Assert.All(entries.Skip(2), entry => Assert.Equal(1u, entry.Links));
    }

    [Fact]
    public async Task NamesAndContentsOfEveryLengthAroundTheAlignmentComeBack()
    {
        var random = new Random(20250707);
        var expected = new List<(string Name, byte[] Content)>();
        for (var nameLength = 1; nameLength <= 9; nameLength++)
        {
            for (var contentLength = 0; contentLength <= 9; contentLength++)
            {
                expected.Add(Make(nameLength, contentLength));
            }
        }

        for (var trial = 0; trial < 200; trial++)
        {
            expected.Add(Make(random.Next(1, 300), random.Next(4) * 65536 + random.Next(-5, 6) is > 0 and var length ? length : 0));
        }

        var entries = CpioReader.Read(await WriteAsync(async archive =>
        {
            foreach (var (name, content) in expected)
            {
                await archive.AddFileAsync($"/{name}", content, new CpioOwner(0x1a4), default);
            }
        }));

        Assert.Equal(expected.Select(file => file.Name), entries.Select(entry => entry.Name));
        Assert.All(expected.Zip(entries), pair => Assert.Equal(pair.First.Content, pair.Second.Content));

        (string Name, byte[] Content) Make(int nameLength, int contentLength)
        {
            var content = new byte[contentLength];
            random.NextBytes(content);
            return ($"ü{new string('n', nameLength)}", content);
        }
    }

    [Fact]
    public async Task TheSameEntriesMakeTheSameBytes()
    {
        Assert.Equal(await WriteAsync(Fill), await WriteAsync(Fill));

        static async Task Fill(CpioArchive archive)
        {
            await archive.AddDirectoryAsync("/a", new CpioOwner(0x1ed), default);
            await archive.AddFileAsync("/a/b", "c"u8.ToArray(), new CpioOwner(0x1a4), default);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/zero\0byte")]
    public async Task APathThatNoFileCanHaveIsRefused(string path)
        => await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(archive => archive.AddDirectoryAsync(path, default, default)));

    [Fact]
    public async Task TheSystemsCpioUnpacksIt()
    {
        if (!File.Exists("/usr/bin/cpio"))
        {
            return;
        }

        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder["archive"], await WriteAsync(async archive =>
        {
            await archive.AddDirectoryAsync("/d", new CpioOwner(0x1c0), default);
            await archive.AddFileAsync("/d/odd", new byte[4097], new CpioOwner(0x180), default);
            await archive.AddSymlinkAsync("/d/link", "odd", default);
        }));

        var start = new ProcessStartInfo("/usr/bin/cpio", ["-i", "--quiet", "--no-preserve-owner", "-F", folder["archive"]])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardError = true,
        };
        using var cpio = Process.Start(start)!;
        var errors = await cpio.StandardError.ReadToEndAsync();
        await cpio.WaitForExitAsync();

        Assert.Equal("", errors);
        Assert.Equal(0, cpio.ExitCode);
        Assert.Equal(4097, new FileInfo(folder["d/odd"]).Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["d/odd"]));
        Assert.Equal("odd", new FileInfo(folder["d/link"]).LinkTarget);
    }

    [Fact]
    public async Task TheArchiveOfASandboxHoldsItsSettingsForRootAlone()
    {
        using var folder = new TemporaryFolder();

        await Mayfly.Images.SandboxArchive.WriteAsync(folder["own.cpio"], new() { HostName = "eintagsfliege", UnixTimeMs = 7 }, default);

        var entry = Assert.Single(CpioReader.Read(await File.ReadAllBytesAsync(folder["own.cpio"])));
        Assert.Equal("etc/mayfly/settings.json", entry.Name);
        Assert.Equal(0x8180u, entry.Mode);
        Assert.Equal("""{"hostName":"eintagsfliege","unixTimeMs":7}""", Encoding.UTF8.GetString(entry.Content));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["own.cpio"]));
    }

    private static async Task<byte[]> WriteAsync(Func<CpioArchive, Task> fill)
    {
        var stream = new MemoryStream();
        var archive = new CpioArchive(stream);
        await fill(archive);
        await archive.FinishAsync(default);
        return stream.ToArray();
    }
}
