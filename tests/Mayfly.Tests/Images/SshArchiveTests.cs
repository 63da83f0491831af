using System.Text;
using Mayfly.Images;
using Mayfly.Tests.Sandboxes.Ssh;

namespace Mayfly.Tests.Images;

public sealed class SshArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KeysLieWhereServersLookForThemWithTheModesTheyInsistOn()
    {
        var key = await SshTestKey.CreateAsync(_folder["key"]);

        var entries = await WriteAsync(new SshGuestFiles(key.Seed, key.Public, key.File, "ssh-ed25519 AAAA me\n"));

        Assert.Equal(
            [
                "etc/mayfly/settings.json 8180 0",
                "etc/dropbear 41ed 0",
                "etc/dropbear/dropbear_ed25519_host_key 8180 0",
                "etc/ssh 41ed 0",
                "etc/ssh/ssh_host_ed25519_key 8180 0",
                "etc/ssh/ssh_host_ed25519_key.pub 81a4 0",
                "root/.ssh 41c0 0",
                "root/.ssh/authorized_keys 8180 0",
                "home/sandbox/.ssh 41c0 1000",
                "home/sandbox/.ssh/authorized_keys 8180 1000",
            ],
            entries.Select(entry => $"{entry.Name} {entry.Mode:x} {entry.User}"));
        Assert.All(entries, entry => Assert.Equal(entry.User, entry.Group));
        var files = entries.ToDictionary(entry => entry.Name, entry => entry.Content);
        Assert.Equal(key.File, files["etc/ssh/ssh_host_ed25519_key"]);
        Assert.Equal(string.Join(' ', key.PublicLine.Split(' ')[..2]), Encoding.ASCII.GetString(files["etc/ssh/ssh_host_ed25519_key.pub"]).TrimEnd());
        Assert.Equal(
            [0, 0, 0, 11, .. "ssh-ed25519"u8, 0, 0, 0, 64, .. key.Seed, .. key.Public],
            files["etc/dropbear/dropbear_ed25519_host_key"]);
        Assert.Equal("ssh-ed25519 AAAA me\n"u8, files["root/.ssh/authorized_keys"]);
    }

    [Fact]
    public async Task InSomebodyElsesImageOtherHostKeysAreSpoiledAndAccountsOfOursLeftOut()
    {
        var key = await SshTestKey.CreateAsync(_folder["key"]);

        var entries = await WriteAsync(new SshGuestFiles(key.Seed, key.Public, key.File, "ssh-ed25519 AAAA me\n") { IsForeignImage = true });

        var names = entries.Select(entry => entry.Name).ToList();
        Assert.DoesNotContain(names, name => name.StartsWith("home", StringComparison.Ordinal));
        Assert.DoesNotContain("root", names);
        Assert.Contains("root/.ssh/authorized_keys", names);
        Assert.All(
            ["rsa", "ecdsa", "dsa"],
            (string kind) => Assert.NotEmpty(entries.Single(entry => entry.Name == $"etc/ssh/ssh_host_{kind}_key" && entry.Mode == 0x8180).Content));
    }

    [Fact]
    public async Task WithoutKeysToLetInTheImagesAreLeftAsTheyAre()
    {
        var entries = await WriteAsync(new SshGuestFiles(new byte[32], new byte[32], new byte[1], null));

        Assert.DoesNotContain(entries, entry => entry.Name.Contains("authorized_keys", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(31, 32)]
    [InlineData(32, 64)]
    public async Task AKeyOfAnotherLengthIsRefused(int seed, int publicHalf)
        => await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(new SshGuestFiles(new byte[seed], new byte[publicHalf], new byte[1], null)));

    [Fact]
    public async Task ACopyOfAMachineIsGivenTheSameFilesAsOneThatBoots()
    {
        var key = await SshTestKey.CreateAsync(_folder["key"]);
        var files = new SshGuestFiles(key.Seed, key.Public, key.File, "ssh-ed25519 AAAA me\n");

        var booted = (await WriteAsync(files)).Where(entry => entry.Name != "etc/mayfly/settings.json" && (entry.Mode & 0xf000) == 0x8000);
        var woken = SshFileList.Create(files);

        Assert.Equal(
            booted.Select(entry => $"/{entry.Name} {entry.Mode & 0xfff:x} {entry.User}:{entry.Group} {Convert.ToHexString(entry.Content)}"),
            woken.Select(file => $"{file.Path} {file.Mode:x} {file.UserId}:{file.GroupId} {Convert.ToHexString(file.Content)}"));
    }

    private async Task<List<CpioEntry>> WriteAsync(SshGuestFiles files)
    {
        await SandboxArchive.WriteAsync(_folder["own.cpio"], new() { HostName = "h" }, files, default);
        return CpioReader.Read(await File.ReadAllBytesAsync(_folder["own.cpio"]));
    }
}
