using Mayfly.Images.Initramfs;
using Mayfly.Ssh;
using Mayfly.Supervision;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Sandboxes.Ssh;

/// <summary>Images of the user's own, whose only door is the SSH server they bring.</summary>
[Trait("Category", "MicroVM")]
public sealed class OwnImageTests : IDisposable
{
    private const string StateVariable = "XDG_STATE_HOME";

    private readonly TemporaryFolder _folder = new();
    private readonly string? _state = Environment.GetEnvironmentVariable(StateVariable);

    public OwnImageTests() => Environment.SetEnvironmentVariable(StateVariable, _folder["state"]);

    private static KnownHosts Known => KnownHosts.OfUser(TimeProvider.System);

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(StateVariable, _state);
        _folder.Dispose();
    }

    [Fact]
    public async Task EverythingGoesThroughItsServerAndNothingStaysBehindInIt()
    {
        await using var sandbox = await Sandbox.StartAsync(new SandboxOptions { InitramfsPath = await ForeignImage.GetAsync() });

        Assert.Equal("ssh", sandbox.Boot.Transport);
        Assert.Equal("somebodys", sandbox.Guest.HostName);
        var result = await sandbox.ShellAsync("cat; echo oops >&2; ls -A /tmp; exit 255", Patience.Long with { Input = new MemoryStream("in\n"u8.ToArray()) });
        Assert.Equal((255, "in\n", "oops\n"), (result.ExitCode, result.StandardOutput, result.StandardError));

        await File.WriteAllTextAsync(_folder["file"], "content");
        await sandbox.PushAsync(_folder["file"], "/root/file").WithPatience();
        await sandbox.PullAsync("/root/file", _folder["back"]).WithPatience();
        Assert.Equal("content", await File.ReadAllTextAsync(_folder["back"]));

        var plain = await HostTool.RunAsync("ssh", "-F", sandbox.Ssh!.ConfigPath, sandbox.Ssh.Host, "hostname");
        Assert.Equal((0, "somebodys\n"), (plain.ExitCode, plain.Output));
        Assert.Equal(32, sandbox.Ssh.HostKey.Length);
        Assert.False(File.Exists(Known.Path));
    }

    [Fact]
    public async Task AServersOwnKeyIsTrustedOnFirstUseAndMustNotChange()
    {
        var options = await WithOwnKeyAsync();
        var footprints = Footprint.Directories();
        await using (var first = await Sandbox.StartAsync(options))
        {
            Assert.Equal(0, (await first.ExecAsync(["id"], Patience.Long)).ExitCode);
        }

        var entry = Assert.Single(await File.ReadAllLinesAsync(Known.Path));
        await using (await Sandbox.StartAsync(options))
        {
            Assert.Equal(entry, Assert.Single(await File.ReadAllLinesAsync(Known.Path)));
        }

        var stranger = await SshTestKey.CreateAsync(_folder["stranger"]);
        await File.WriteAllTextAsync(Known.Path, $"{entry.Split(' ')[0]} {stranger.PublicLine}\n");
        var changed = await Assert.ThrowsAsync<SandboxSshException>(() => Sandbox.StartAsync(options).WithPatience());

        Assert.Equal("MAY2104", changed.Code);
        Assert.Contains("man in the middle", changed.Message, StringComparison.Ordinal);
        Assert.Equal(footprints, Footprint.Directories());
    }

    [Fact]
    public async Task AnUnknownKeyIsAnErrorWhereItMayNotBeTrusted()
    {
        var options = await WithOwnKeyAsync();

        var unknown = await Assert.ThrowsAsync<SandboxSshException>(
            () => Sandbox.StartAsync(options with { Ssh = options.Ssh! with { TrustOnFirstUse = false } }).WithPatience());

        Assert.Equal("MAY2105", unknown.Code);
        Assert.False(File.Exists(Known.Path));
    }

    [Fact]
    public async Task TheKeyOfANamedMachineIsForgottenWithIt()
    {
        var options = await WithOwnKeyAsync();
        var named = options with { Name = "Its-Name" };
        string entry;
        await using (await Sandbox.StartAsync(named))
        {
            entry = Assert.Single(await File.ReadAllLinesAsync(Known.Path));
            Assert.Matches("^its-name-[0-9a-f]+ ssh-ed25519 ", entry);
        }

        Assert.Empty(await File.ReadAllLinesAsync(Known.Path));

        // Left by an owner that was killed: another key is an alarm, and does not make itself at home.
        var stranger = await SshTestKey.CreateAsync(_folder["stranger"]);
        var known = $"{entry.Split(' ')[0]} {stranger.PublicLine}\n";
        await File.WriteAllTextAsync(Known.Path, known);
        Assert.Equal("MAY2104", (await Assert.ThrowsAsync<SandboxSshException>(() => Sandbox.StartAsync(named).WithPatience())).Code);
        Assert.Equal(known, await File.ReadAllTextAsync(Known.Path));
        await Assert.ThrowsAsync<SandboxConfigurationException>(() => SandboxSupervision.RemoveAsync("Its-Name"));
        Assert.Empty(await File.ReadAllLinesAsync(Known.Path));
    }

    [Fact]
    public async Task AServerThatRefusesTheKeyForItsOwnersIsExplained()
    {
        var footprints = Footprint.Directories();

        var denied = await Assert.ThrowsAsync<SandboxSshException>(
            async () => await Sandbox.StartAsync(new SandboxOptions { InitramfsPath = await ForeignImage.GetWithStrangeHomeAsync() }).WithPatience());

        Assert.Equal("MAY2107", denied.Code);
        Assert.Contains("StrictModes", denied.Message, StringComparison.Ordinal);
        Assert.Contains("bad ownership or modes for directory /root", denied.Message, StringComparison.Ordinal);
        Assert.Equal(footprints, Footprint.Directories());
    }

    [Fact]
    public async Task AnImageWithoutAServerIsNamedWithItsConsole()
    {
        var footprints = Footprint.Directories();
        var options = new SandboxOptions
        {
            InitramfsPath = await ForeignImage.GetAsync(),
            KernelArguments = ["loglevel=7", "rdinit=/bin/sleep", "--", "1000"],
            BootTimeout = TimeSpan.FromSeconds(6),
        };

        var late = await Assert.ThrowsAsync<SandboxSshException>(() => Sandbox.StartAsync(options).WithPatience());

        Assert.Equal("MAY2103", late.Code);
        Assert.Contains("said nothing within", late.Message, StringComparison.Ordinal);
        Assert.Contains("Run /bin/sleep as init", late.Message, StringComparison.Ordinal);
        Assert.Equal(footprints, Footprint.Directories());
    }

    [Fact]
    public async Task APortThatNoServerListensOnIsNamed()
    {
        var options = new SandboxOptions
        {
            InitramfsPath = await ForeignImage.GetAsync(),
            Ssh = new SandboxSsh { Port = 2222 },
            BootTimeout = TimeSpan.FromSeconds(20),
        };

        var closed = await Assert.ThrowsAsync<SandboxSshException>(() => Sandbox.StartAsync(options).WithPatience());

        Assert.Equal("MAY2102", closed.Code);
        Assert.Contains("closed it at once", closed.Message, StringComparison.Ordinal);
    }

    /// <summary>The image, which lets a key of the user's in, and is given none by Mayfly.</summary>
    private async Task<SandboxOptions> WithOwnKeyAsync()
    {
        var key = await SshTestKey.CreateAsync(_folder["own"]);
        var path = _folder["image"];
        File.Copy(await ForeignImage.GetAsync(), path);
        await using (var image = new FileStream(path, FileMode.Append))
        {
            // The kernel unpacks archives one behind the other, each at a multiple of four.
            await image.WriteAsync(new byte[(4 - (image.Position % 4)) % 4]);
            var archive = new CpioArchive(image);
            await archive.AddDirectoryAsync("/root/.ssh", new CpioOwner(0x1c0), default);
            await archive.AddFileAsync("/root/.ssh/authorized_keys", System.Text.Encoding.UTF8.GetBytes(key.PublicLine + "\n"), new CpioOwner(0x180), default);
            await archive.FinishAsync(default);
        }

        return new SandboxOptions { InitramfsPath = path, Ssh = new SandboxSsh { IdentityPath = key.Path } };
    }
}
