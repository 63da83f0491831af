using Mayfly.Diagnostics;
using Mayfly.Native;
using Mayfly.Ssh;
using Mayfly.Tests.Session;

namespace Mayfly.Tests.Ssh;

public sealed class KnownHostsTests
{
    private static readonly SshPublicKey _key = SshPublicKey.FromRaw(new byte[32]);

    [Fact]
    public async Task TheFileIsPrivateAndInOpenSshsFormat()
    {
        using var folder = new TestFolder();
        var hosts = Open(folder);

        await hosts.EnterAsync("dev", _key, CancellationToken.None);

        Assert.Equal($"dev {_key}\n", await File.ReadAllTextAsync(hosts.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(hosts.Path));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(hosts.Path)!));
    }

    [Fact]
    public async Task AnAliasThatIsKnownKeepsItsKey()
    {
        using var folder = new TestFolder();
        var hosts = Open(folder);
        await hosts.EnterAsync("dev", _key, CancellationToken.None);

        var known = await hosts.EnterAsync("dev", Key(1), CancellationToken.None);

        Assert.Equal(_key, known);
        Assert.Equal(_key, hosts.Find("dev"));
        Assert.Null(hosts.Find("Dev"));
    }

    [Fact]
    public async Task ManyWritersLoseNothingOfEachOther()
    {
        using var folder = new TestFolder();

        // Each with an instance of its own, as in processes of their own.
        await Task.WhenAll(Enumerable.Range(0, 40).Select(number =>
            Task.Run(() => Open(folder).EnterAsync($"host{number}", Key(number), CancellationToken.None)))).WaitAsync(SessionFixture.Patience);

        Assert.All(Enumerable.Range(0, 40), number => Assert.Equal(Key(number), Open(folder).Find($"host{number}")));
    }

    [Fact]
    public async Task ARemovedAliasIsUnknownAndOthersStay()
    {
        using var folder = new TestFolder();
        var hosts = Open(folder);
        await hosts.EnterAsync("dev", _key, CancellationToken.None);
        await hosts.EnterAsync("other", Key(1), CancellationToken.None);

        Assert.True(await hosts.RemoveAsync("dev", CancellationToken.None));

        Assert.Null(hosts.Find("dev"));
        Assert.Equal(Key(1), hosts.Find("other"));
        Assert.False(await hosts.RemoveAsync("dev", CancellationToken.None));
    }

    [Fact]
    public async Task RemovalMakesNothingWhereThereIsNoFile()
    {
        using var folder = new TestFolder();

        Assert.False(await Open(folder).RemoveAsync("dev", CancellationToken.None));

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task ALockHeldElsewhereIsWaitedForAndTheWaitCanBeCancelled()
    {
        using var folder = new TestFolder();
        var hosts = Open(folder);
        await hosts.EnterAsync("dev", _key, CancellationToken.None);
        var held = FileLock.Take(hosts.Path + ".lock");
        using var caller = new CancellationTokenSource();

        var cancelled = hosts.EnterAsync("one", Key(1), caller.Token);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(SessionFixture.Patience));
        var waiting = hosts.EnterAsync("two", Key(2), CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        await waiting.WaitAsync(SessionFixture.Patience);

        Assert.Null(hosts.Find("one"));
        Assert.Equal(Key(2), hosts.Find("two"));
    }

    [Fact]
    public async Task ALockThatIsNeverLetGoIsAnErrorInTime()
    {
        using var folder = new TestFolder();
        var hosts = Open(folder);
        await hosts.EnterAsync("dev", _key, CancellationToken.None);
        using var held = FileLock.Take(hosts.Path + ".lock");

        var error = await Assert.ThrowsAsync<SandboxSshException>(() => hosts.EnterAsync("one", Key(1), CancellationToken.None).WaitAsync(SessionFixture.Patience));

        Assert.Equal(ErrorCode.SshKnownHostsUnusable, error.Code);
        Assert.Contains("locked", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dev\n", "line 1")]
    [InlineData("\n# fine\ndev ssh-ed25519 AAAA\n", "line 3")]
    [InlineData("|1|abc=|def= KEY\n", "line 1")]
    [InlineData("dev,other KEY\n", "line 1")]
    [InlineData("@revoked dev KEY\n", "line 1")]
    [InlineData("dev KEY\ndev KEY\n", "line 2")]
    public async Task ALineThatMayflyWouldNotHaveWrittenClosesTheFile(string content, string line)
    {
        using var folder = new TestFolder();
        var hosts = Open(folder);
        await hosts.EnterAsync("dev", _key, CancellationToken.None);
        await File.WriteAllTextAsync(hosts.Path, content.Replace("KEY", _key.ToString(), StringComparison.Ordinal));

        var error = Assert.Throws<SandboxSshException>(() => hosts.Find("new"));

        Assert.Equal(ErrorCode.SshKnownHostsUnusable, error.Code);
        Assert.Contains(line, error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SandboxSshException>(() => hosts.EnterAsync("new", _key, CancellationToken.None));
    }

    [Fact]
    public async Task AFileOrDirectoryThatOthersCanOpenIsRefused()
    {
        using var folder = new TestFolder();
        var hosts = Open(folder);
        await hosts.EnterAsync("dev", _key, CancellationToken.None);
        var (file, directory) = (hosts.Path, Path.GetDirectoryName(hosts.Path)!);
        var (fileMode, directoryMode) = (File.GetUnixFileMode(file), File.GetUnixFileMode(directory));

        File.SetUnixFileMode(file, fileMode | UnixFileMode.GroupWrite);
        Assert.Equal(ErrorCode.SshKnownHostsUnusable, Assert.Throws<SandboxSshException>(() => hosts.Find("dev")).Code);
        File.SetUnixFileMode(file, fileMode);
        File.SetUnixFileMode(directory, directoryMode | UnixFileMode.OtherExecute);
        Assert.Equal(ErrorCode.SshKnownHostsUnusable, Assert.Throws<SandboxSshException>(() => hosts.Find("dev")).Code);
        File.SetUnixFileMode(directory, directoryMode);
        Assert.Equal(_key, hosts.Find("dev"));
    }

    [Fact]
    public async Task ALinkInPlaceOfTheFileIsRefused()
    {
        using var folder = new TestFolder();
        var hosts = Open(folder);
        await hosts.EnterAsync("dev", _key, CancellationToken.None);
        File.Move(hosts.Path, folder["elsewhere"]);
        File.CreateSymbolicLink(hosts.Path, folder["elsewhere"]);

        Assert.Equal(ErrorCode.SshKnownHostsUnusable, Assert.Throws<SandboxSshException>(() => hosts.Find("dev")).Code);
    }

    [RootFact]
    public async Task AFileOfAnotherUserIsRefused()
    {
        using var folder = new TestFolder();
        var hosts = Open(folder);
        await hosts.EnterAsync("dev", _key, CancellationToken.None);
        using var change = System.Diagnostics.Process.Start("chown", ["65533", hosts.Path]);
        change.WaitForExit();

        var error = Assert.Throws<SandboxSshException>(() => hosts.Find("dev"));

        Assert.Contains("65533", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("-F")]
    [InlineData("a,b")]
    [InlineData("a\nb")]
    [InlineData("*")]
    public void WhatIsNoAliasIsRefused(string alias)
    {
        using var folder = new TestFolder();

        Assert.Equal(ErrorCode.InvalidOption, Assert.Throws<SandboxConfigurationException>(() => Open(folder).Find(alias)).Code);
    }

    [Theory]
    [InlineData("/state", "/home/me", "/state/mayfly/known_hosts")]
    [InlineData("relative", "/home/me", "/home/me/.local/state/mayfly/known_hosts")]
    [InlineData(null, "/home/me", "/home/me/.local/state/mayfly/known_hosts")]
    public void TheFileIsWhereStateBelongs(string? state, string home, string path) =>
        Assert.Equal(path, KnownHosts.Locate(name => name == "HOME" ? home : state));

    [Fact]
    public void WithoutAnyPlaceForStateTheErrorNamesTheVariables() =>
        Assert.Contains("XDG_STATE_HOME", Assert.Throws<SandboxConfigurationException>(() => KnownHosts.Locate(_ => null)).Message, StringComparison.Ordinal);

    private static KnownHosts Open(TestFolder folder) => new(Path.Combine(folder["state"], "known_hosts"), TimeProvider.System);

    private static SshPublicKey Key(int number) => SshPublicKey.FromRaw([.. Enumerable.Repeat((byte)number, 32)]);
}
