using System.Security.Cryptography;
using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests.Machines;

/// <summary>OpenSSH's own programs, in a sandbox that is kept.</summary>
[Collection(CommandCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class SshTests(CommandHost host) : IAsyncLifetime
{
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("mfc-ssh");

    private string Config => Path.Combine(_scratch.FullName, "config");

    public async Task InitializeAsync()
    {
        (await host.RunAsync("run", "--keep", "--name", "dev", "--quiet")).Expect(0);
        await File.WriteAllTextAsync(Config, (await host.RunAsync("ssh-config", "dev")).Expect(0).Output);
    }

    public async Task DisposeAsync()
    {
        await host.RunAsync("rm", "dev");
        _scratch.Delete(recursive: true);
    }

    [Fact]
    public async Task SshRunsACommandAsItWasGiven()
    {
        var result = (await host.RunAsync("ssh", "dev", "--", "sh", "-c", "printf '%s|' \"$@\"; echo oops >&2; exit 7", "sh", "a b", "$HOME", "it's", "")).Expect(7);

        Assert.Equal("a b|$HOME|it's||", result.Output);
        Assert.Equal("oops\n", result.Error);
    }

    [Fact]
    public async Task PlainSshFindsItsWay()
    {
        var result = (await RunAsync("ssh", "-F", Config, "dev", "id -un; cat")).Expect(0);

        Assert.Equal("root\n", result.Output);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public async Task ScpCopiesThereAndBack()
    {
        var file = Random("file", 1024 * 1024);

        (await RunAsync("scp", "-q", "-F", Config, file, "dev:/root/there")).Expect(0);
        (await RunAsync("scp", "-q", "-F", Config, "dev:/root/there", Path.Combine(_scratch.FullName, "back"))).Expect(0);

        Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(Path.Combine(_scratch.FullName, "back")));
    }

    [Fact]
    public async Task RsyncCopiesATree()
    {
        var tree = Directory.CreateDirectory(Path.Combine(_scratch.FullName, "tree", "below")).FullName;
        await File.WriteAllTextAsync(Path.Combine(tree, "file"), "content");

        (await RunAsync("rsync", "-a", "-e", $"ssh -F {Config}", Path.Combine(_scratch.FullName, "tree") + "/", "dev:/root/tree/")).Expect(0);

        Assert.Equal("content", (await host.RunAsync("ssh", "dev", "--", "cat", "/root/tree/below/file")).Expect(0).Output);
    }

    [Fact]
    public async Task AfterItsRemovalNothingOfItIsLeft()
    {
        (await RunAsync("ssh", "-F", Config, "dev", "true")).Expect(0);

        (await host.RunAsync("rm", "dev")).Expect(0);

        host.AssertNothingLeft();
        Assert.NotEqual(0, (await RunAsync("ssh", "-F", Config, "dev", "true")).ExitCode);
        (await host.RunAsync("ssh", "dev", "--", "true")).Expect(125).ExpectError("MAY1023");
    }

    [Fact]
    public async Task NothingOfTheUsersOwnIsReadOrWritten()
    {
        var effective = (await RunAsync("ssh", "-G", "-F", Config, "dev")).Expect(0).Output;

        Assert.Contains("stricthostkeychecking true", effective, StringComparison.Ordinal);
        Assert.DoesNotContain("/.ssh/", effective, StringComparison.Ordinal);
        Assert.DoesNotContain("/etc/ssh/", effective, StringComparison.Ordinal);
    }

    private string Random(string name, int bytes)
    {
        var path = Path.Combine(_scratch.FullName, name);
        File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(bytes));
        return path;
    }

    private async Task<RunResult> RunAsync(string program, params string[] arguments)
    {
        await using var process = MayflyProcess.StartProgram(host.RuntimeDirectory, program, arguments);
        return await process.EndWithoutInputAsync();
    }
}
