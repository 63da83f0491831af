using System.Globalization;
using System.Security.Cryptography;
using Mayfly.Diagnostics;
using Mayfly.Images;
using Mayfly.Protocol;
using Mayfly.Tests.Images;
using Mayfly.Tests.Sandboxes.Ssh;

namespace Mayfly.Tests.Sandboxes.Templates;

/// <summary>Freezing and waking as the guest sees them: one machine that wakes where it was frozen, without a copy between.</summary>
[Trait("Category", "MicroVM")]
#pragma warning disable CA1001 // The test framework calls IAsyncLifetime's disposal.
public sealed class FreezeTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private const string ShowMachineId = "echo $(cat /etc/machine-id) $(stat -c '%a %u:%g' /etc/machine-id)";

    // Far from any time at which these tests may run.
    private static readonly DateTimeOffset _wakeTime = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly string _templateId = MachineIdentity.NewMachineId();
    private FreezableMachine _machine = null!;

    public async Task InitializeAsync() => _machine = await FreezableMachine.StartAsync(new GuestSettings
    {
        HostName = "template",
        UnixTimeMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        MachineId = _templateId,
    });

    public async Task DisposeAsync()
    {
        await _machine.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task AMachineThatWakesIsAnotherOneAndGoesOnWithWhatItHad()
    {
        Assert.Equal($"{_templateId} 444 0:0", await _machine.ShellAsync(ShowMachineId));
        await _machine.ShellAsync("sleep 100000 > /dev/null 2>&1 & echo $! > /tmp/pid; ln -s /etc/passwd /etc/own; cp /etc/passwd /tmp/passwd");
        await AssertNothingMayBeOpenAsync();

        var settings = Settings("clone-1");
        await FreezeAndWakeAsync(settings);

        await AssertIdentityAsync(settings);
        Assert.Equal("own 4640 7:8", await _machine.ShellAsync("echo $(cat /etc/own) $(stat -c '%a %u:%g' /etc/own)"));
        await _machine.ShellAsync("cmp /etc/passwd /tmp/passwd");
        Assert.Equal("new 750 7:8 755 0:0", await _machine.ShellAsync("echo $(cat /srv/deep/er/file) $(stat -c '%a %u:%g' /srv/deep/er /srv/deep)"));
        Assert.Equal("", await _machine.ShellAsync("find / -xdev -name '*.mayfly'"));

        // A file of the same name that is somebody's own is replaced, with whatever else has to do with it left as it is.
        await _machine.ShellAsync("ln /etc/machine-id /etc/second");
        await FreezeAndWakeAsync(Settings("clone-3"));
        Assert.Equal(settings.MachineId, await _machine.ShellAsync("cat /etc/second"));
        await _machine.ShellAsync("cp /etc/passwd /tmp/passwd; ln -sf /tmp/passwd /etc/machine-id");
        settings = Settings("clone-4");
        await FreezeAndWakeAsync(settings);
        await AssertIdentityAsync(settings);
        await _machine.ShellAsync("cmp /etc/passwd /tmp/passwd");

        // Once more, since nothing in it stands against that; this time with a server of its own.
        var key = await SshTestKey.CreateAsync(_folder["key"]);
        settings = Settings("clone-2", new SshGuestFiles(key.Seed, key.Public, key.File, "ssh-ed25519 AAAA me\n"));
        await FreezeAndWakeAsync(settings);

        await AssertIdentityAsync(settings);
        await _machine.ShellAsync("kill -0 $(cat /tmp/pid)");
        Assert.Equal(
            "700 1000:1000 600 1000:1000",
            await _machine.ShellAsync("echo $(stat -c '%a %u:%g' /home/sandbox/.ssh /home/sandbox/.ssh/authorized_keys)"));
        Assert.Equal("SSH-2.0-dropbear", await _machine.ShellAsync("nc -w 5 127.0.0.1 22 < /dev/null | head -c 16"));
        var refused = await Assert.ThrowsAsync<SandboxImageException>(() => _machine.Connection.FreezeAsync(CancellationToken.None).WithPatience());
        Assert.Contains("SSH server", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMachineThatCantBeGivenRandomNumbersEndsAndSaysWhy()
    {
        await _machine.ShellAsync("rm /dev/urandom; : > /dev/urandom");
        await _machine.FreezeAsync();

        await Assert.ThrowsAnyAsync<IOException>(() => _machine.WakeAsync(Settings("clone-1")));

        await _machine.Machine.Ended.WithPatience();
        Assert.Contains("no random numbers of its own: RNDADDENTROPY", _machine.Machine.Console.GetText(), StringComparison.Ordinal);
    }

    private static WakeSettings Settings(string name, SshGuestFiles? ssh = null) => new()
    {
        HostName = name,
        UnixTimeMs = _wakeTime.ToUnixTimeMilliseconds(),
        Entropy = RandomNumberGenerator.GetBytes(WakeSettings.EntropyBytes),
        MachineId = MachineIdentity.NewMachineId(),
        Parts = new WakeParts
        {
            Files =
            [
                new WakeFile("/etc/own", 0x9a0, "own"u8.ToArray(), 7, 8),
                new WakeFile("/srv/deep/er/file", 0x1a4, "new"u8.ToArray(), 7, 8, 0x1e8),
                .. ssh is null ? [] : SshFileList.Create(ssh),
            ],
            Ssh = ssh is null ? null : new SshSettings(),
        },
    };

    private async Task AssertNothingMayBeOpenAsync()
    {
        await using var command = await _machine.Connection.StartAsync(new ExecRequest { Argv = ["sleep", "1000"] }, CancellationToken.None).WithPatience();
        var refused = await Assert.ThrowsAsync<SandboxImageException>(() => _machine.Connection.FreezeAsync(CancellationToken.None));
        Assert.Equal(ErrorCode.TemplateFailed, refused.Code);
        await command.ControlAsync(new CancelControl(), CancellationToken.None).WithPatience();
        await command.Outcome.WithPatience();
    }

    private async Task FreezeAndWakeAsync(WakeSettings settings)
    {
        await _machine.FreezeAsync();
        await _machine.WakeAsync(settings);
    }

    private async Task AssertIdentityAsync(WakeSettings settings)
    {
        Assert.Equal(settings.HostName, _machine.Connection.Guest.HostName);
        Assert.Empty(_machine.Connection.Guest.Warnings);
        Assert.Equal(settings.HostName, await _machine.ShellAsync("hostname"));
        Assert.Equal($"{settings.MachineId} 444 0:0", await _machine.ShellAsync(ShowMachineId));
        var sinceWaking = long.Parse(await _machine.ShellAsync("date +%s"), CultureInfo.InvariantCulture) - _wakeTime.ToUnixTimeSeconds();
        Assert.InRange(sinceWaking, 0, (long)Patience.Command.TotalSeconds);
        Assert.Equal("32", await _machine.ShellAsync("head -c 32 /dev/urandom | wc -c"));
    }
}
