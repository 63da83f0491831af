using Mayfly.Diagnostics;
using Mayfly.Ssh;

namespace Mayfly.Tests.Ssh;

/// <summary>Host keys and client keys that are not what they should be, against real servers.</summary>
public sealed class SshTrustTests
{
    [RootTheory]
    [InlineData(SshServerKind.OpenSsh)]
    [InlineData(SshServerKind.Dropbear)]
    public async Task AnotherKeyThanThePinnedOneIsAPossibleManInTheMiddle(SshServerKind kind)
    {
        await using var server = await SshServer.StartAsync(new() { Kind = kind });
        var other = await server.MakeKeyAsync("other");

        var error = await FailAsync(server.Plan() with { Trust = SshTrust.Pin("mayfly-test", other.PublicKey) });

        Assert.Equal(ErrorCode.SshHostKeyChanged, error.Code);
        Assert.Contains("man in the middle", error.Message, StringComparison.Ordinal);
        Assert.Contains(other.PublicKey.Fingerprint, error.Message, StringComparison.Ordinal);
        Assert.Contains(server.HostKey.PublicKey.Fingerprint, error.Message, StringComparison.Ordinal);
    }

    [RootFact]
    public async Task AServerWithoutAKeyOfThePinnedKindIsAPossibleManInTheMiddle()
    {
        await using var server = await SshServer.StartAsync(new());
        const string Other = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=";

        var error = await FailAsync(server.Plan() with { Trust = SshTrust.Pin("mayfly-test", Other) });

        Assert.Equal(ErrorCode.SshHostKeyChanged, error.Code);
    }

    [RootFact]
    public async Task TheFirstKeyIsRememberedAndAChangedOneIsRefused()
    {
        await using var server = await SshServer.StartAsync(new());
        var hosts = new KnownHosts(Path.Combine(server.Directory, "state", "known_hosts"), TimeProvider.System);
        var plan = server.Plan() with { Trust = SshTrust.FirstUse("dev", hosts) };

        var (connection, key) = await SshSessionTests.OpenAsync(plan);
        await connection.DisposeAsync();
        Assert.Equal(server.HostKey.PublicKey, key);
        Assert.Equal(server.HostKey.PublicKey, hosts.Find("dev"));

        // The next server there has another key.
        await using var changed = await SshServer.StartAsync(new());
        var error = await FailAsync(changed.Plan() with { Trust = SshTrust.FirstUse("dev", hosts) });
        Assert.Equal(ErrorCode.SshHostKeyChanged, error.Code);
        Assert.Contains($"ssh-keygen -R dev -f '{hosts.Path}'", error.Message, StringComparison.Ordinal);

        Assert.True(await hosts.RemoveAsync("dev", CancellationToken.None));
        var (again, _) = await SshSessionTests.OpenAsync(changed.Plan() with { Trust = SshTrust.FirstUse("dev", hosts) });
        await again.DisposeAsync();
        Assert.Equal(changed.HostKey.PublicKey, hosts.Find("dev"));
    }

    [RootFact]
    public async Task AFirstKeyThatAnotherProcessHasSeenOtherwiseIsRefusedBeforeAnythingRuns()
    {
        await using var server = await SshServer.StartAsync(new() { Shell = "/bin/bash" });
        var other = await server.MakeKeyAsync("other");
        var hosts = new KnownHosts(Path.Combine(server.Directory, "state", "known_hosts"), TimeProvider.System);

        // While ssh has already been told that any key will do: the login itself enters another one.
        await File.WriteAllTextAsync(
            Path.Combine(server.Home, ".bashrc"),
            $"mkdir -m 700 '{Path.GetDirectoryName(hosts.Path)}'; umask 077; echo 'dev {other.PublicKey}' > '{hosts.Path}'");
        var error = await FailAsync(server.Plan() with { Trust = SshTrust.FirstUse("dev", hosts) });

        Assert.Equal(ErrorCode.SshHostKeyChanged, error.Code);
        Assert.Equal(other.PublicKey, hosts.Find("dev"));
        Assert.Empty(SshSessionTests.ClientProcesses(server));
    }

    [RootFact]
    public async Task AnUnknownKeyIsRefusedWhereFirstUseIsNotTrusted()
    {
        await using var server = await SshServer.StartAsync(new());
        var hosts = new KnownHosts(Path.Combine(server.Directory, "state", "known_hosts"), TimeProvider.System);

        var error = await FailAsync(server.Plan() with { Trust = SshTrust.Known("dev", hosts) });

        Assert.Equal(ErrorCode.SshHostKeyUnknown, error.Code);
    }

    [RootFact]
    public async Task AnUnreadableFileOfKnownHostsStopsTheConnection()
    {
        await using var server = await SshServer.StartAsync(new());
        var hosts = new KnownHosts(Path.Combine(server.Directory, "state", "known_hosts"), TimeProvider.System);
        await hosts.EnterAsync("dev", server.HostKey.PublicKey, CancellationToken.None);
        await File.AppendAllTextAsync(hosts.Path, "no key at all\n");

        var error = await FailAsync(server.Plan() with { Trust = SshTrust.FirstUse("dev", hosts) });

        Assert.Equal(ErrorCode.SshKnownHostsUnusable, error.Code);
        Assert.Contains(hosts.Path, error.Message, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData(SshServerKind.OpenSsh)]
    [InlineData(SshServerKind.Dropbear)]
    public async Task AKeyTheServerDoesNotKnowIsDenied(SshServerKind kind)
    {
        await using var server = await SshServer.StartAsync(new() { Kind = kind });
        var stranger = await server.MakeKeyAsync("stranger");

        var error = await FailAsync(server.Plan() with { IdentityPath = stranger.Path });

        Assert.Equal(ErrorCode.SshAccessDenied, error.Code);
        Assert.Contains("authorized_keys", error.Message, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData(SshServerKind.OpenSsh)]
    [InlineData(SshServerKind.Dropbear)]
    public async Task AServerThatObjectsToTheHomesModeIsExplained(SshServerKind kind)
    {
        await using var server = await SshServer.StartAsync(new() { Kind = kind, HomeMode = "777" });

        var error = await FailAsync(server.Plan());

        Assert.Equal(ErrorCode.SshAccessDenied, error.Code);
        Assert.Contains("StrictModes", error.Message, StringComparison.Ordinal);
        Assert.Contains("chmod go-w ~root", error.Message, StringComparison.Ordinal);
    }

    [RootFact]
    public async Task APrivateKeyThatOpenSshCannotUseIsNamed()
    {
        await using var server = await SshServer.StartAsync(new());
        var path = Path.Combine(server.Directory, "junk");
        await File.WriteAllTextAsync(path, "junk\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead);

        var error = await FailAsync(server.Plan() with { IdentityPath = path });

        Assert.Equal(ErrorCode.SshAccessDenied, error.Code);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private static Task<SandboxSshException> FailAsync(SshPlan plan) => Assert.ThrowsAsync<SandboxSshException>(() => SshSessionTests.OpenAsync(plan));
}
