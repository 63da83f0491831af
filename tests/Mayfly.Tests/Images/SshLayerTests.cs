using Mayfly.Images;
using Mayfly.Images.Cache;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Images;

public sealed class SshLayerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakePackages _packages = new();

    public SshLayerTests() => File.WriteAllText(_folder["agent"], "the agent");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheLayerHasTheServerAndAllThatItAndItsClientsNeed()
    {
        var path = await Store().GetSshLayerAsync(null, default);

        var entries = CpioReader.Read(await File.ReadAllBytesAsync(path));
        Assert.Equal(
            [
                "bin/dropbear", "bin/rsync", "etc/shells", "lib/ld.so.2", "lib/libc.so.6", "lib/libz.so.1", "lib64", "lib64/ld.so.2",
                "usr/lib", "usr/lib/openssh", "usr/lib/openssh/sftp-server", "usr/lib/sftp-server",
            ],
            entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        var files = entries.ToDictionary(entry => entry.Name);
        Assert.Equal(SyntheticProgram.Make("/lib64/ld.so.2", "libz.so.1", "libc.so.6"), files["bin/dropbear"].Content);
        Assert.Equal((0x81edu, 0x81edu, 0x81a4u), (files["bin/dropbear"].Mode, files["lib/ld.so.2"].Mode, files["lib/libc.so.6"].Mode));
        Assert.Equal("/lib/ld.so.2"u8, files["lib64/ld.so.2"].Content);
        Assert.Equal("openssh/sftp-server"u8, files["usr/lib/sftp-server"].Content);
        Assert.Empty(Directory.EnumerateFileSystemEntries(CacheDirectory.Open(_folder["cache"]).Temporary));
    }

    [Fact]
    public async Task ItIsMadeOnceAndOnlyWhenAskedFor()
    {
        await Store().GetAsync(null, null, default);
        Assert.Equal(2, _packages.Downloads);
        var first = await Store().GetSshLayerAsync(null, default);
        _packages.Offline = true;

        Assert.Equal(first, await Store().GetSshLayerAsync(null, default));
        Assert.Equal(3, _packages.Downloads);
        Assert.True(File.Exists(Path.Combine(_folder["cache/verified"], Directory.GetFiles(_folder["cache/verified"])[0])));
    }

    [Theory]
    [InlineData("ssh.cpio")]
    [InlineData("manifest.json")]
    public async Task ADamagedLayerIsNoticedAndMadeAgainWithoutANetwork(string file)
    {
        var path = await Store().GetSshLayerAsync(null, default);
        var content = await File.ReadAllBytesAsync(path);
        await Store().GetSshLayerAsync(null, default);
        _packages.Offline = true;
        var damaged = Path.Combine(Path.GetDirectoryName(path)!, file);
        var bytes = await File.ReadAllBytesAsync(damaged);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes);

        var mended = await Store().GetSshLayerAsync(null, default);

        Assert.Equal(path, mended);
        Assert.Equal(content, await File.ReadAllBytesAsync(mended));
    }

    [Fact]
    public async Task PackagesThatAreNotToBeHadAreAnErrorWithItsOwnCode()
    {
        _packages.Offline = true;

        var exception = await Assert.ThrowsAsync<SandboxImageException>(() => Store().GetSshLayerAsync(null, default));

        Assert.Equal("MAY5001", exception.Code);
    }

    [Fact]
    public async Task AnInitramfsOfTheUsersTakesThePlaceOfTheDefaultOne()
    {
        var image = await Store().GetAsync(null, null, default);
        await File.WriteAllBytesAsync(_folder["mine"], [0x1f, 0x8b, 8, 0]);

        var mine = await Store().GetForeignAsync(_folder["mine"], null, null, default);

        Assert.Equal(image with { InitramfsPath = _folder["mine"], IsForeign = true }, mine);
    }

    [Theory]
    [InlineData("missing", null)]
    [InlineData("empty", "")]
    [InlineData("neither", "ELF")]
    public async Task AnInitramfsThatIsNoneIsNamedBeforeAnythingIsMade(string words, string? content)
    {
        if (content is not null)
        {
            await File.WriteAllTextAsync(_folder["mine"], content);
        }

        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Store().GetForeignAsync(_folder["mine"], null, null, default));

        Assert.Equal("MAY1016", exception.Code);
        Assert.Contains(words == "missing" ? "there is no such file" : words, exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, _packages.Resolutions);
    }

    private ImageStore Store() => new(
        CacheDirectory.Open(_folder["cache"]), _packages, GuestArchitecture.X64, _folder["agent"], NullLogger.Instance, new LaterClock());

    // Makes every file look as if it had not changed for an hour.
    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromHours(1);
    }
}
