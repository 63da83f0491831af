using Mayfly.Cli.Commands;
using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests;

/// <summary>What is refused before anything starts.</summary>
public sealed class KeepUsageTests : IDisposable
{
    private readonly CommandHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("MAY1001", "--keep needs --name", "run", "--keep", "--", "true")]
    [InlineData("MAY1001", "SandboxSsh.User is '-x'", "run", "--transport", "ssh", "--ssh-user=-x", "--", "true")]
    [InlineData("MAY1001", "only where something goes over SSH", "run", "--ssh-user", "sandbox", "--", "true")]
    [InlineData("MAY1001", "--ssh-port is 'many'", "run", "--ssh-port", "many", "--", "true")]
    [InlineData("MAY1001", "Ssh.Port is 2222", "run", "--transport", "ssh", "--ssh-port", "2222", "--", "true")]
    [InlineData("MAY1001", "Ssh.HostKey is for images", "run", "--transport", "ssh", "--host-key", "ssh-ed25519 AAAA", "--", "true")]
    [InlineData("MAY1001", "Ssh.IdentityPath is /nowhere", "run", "--transport", "ssh", "--identity", "/nowhere", "--", "true")]
    [InlineData("MAY1001", "Transport is Vsock", "run", "--initramfs", "/nowhere", "--transport", "vsock", "--", "true")]
    [InlineData("MAY1001", "--pull", "run", "--keep", "--name", "dev", "--pull", "/a:b")]
    [InlineData("MAY1001", "Name is '-dev'", "run", "--keep", "--name=-dev")]
    [InlineData("MAY1001", "Name is 'a b'", "run", "--name", "a b", "--", "true")]
    [InlineData("MAY1008", "no command", "run", "--name", "dev")]
    [InlineData("MAY1001", "not for use by hand", "keeper", "7", "8", "run", "--", "true")]
    [InlineData("MAY1001", "either names or --all", "rm")]
    [InlineData("MAY1001", "either names or --all", "rm", "--all", "dev")]
    [InlineData("MAY1023", "there are none", "rm", "dev")]
    [InlineData("MAY1023", "there are none", "ssh", "dev")]
    [InlineData("MAY1023", "there are none", "ssh-config", "dev")]
    public async Task WhatMakesNoSenseIsSaid(string code, string words, params string[] arguments)
    {
        var result = (await _host.RunAsync(arguments)).Expect(125).ExpectError(code);

        Assert.Contains(words, result.Error, StringComparison.Ordinal);
        _host.AssertNothingLeft();
    }

    [Fact]
    public async Task RemovingAllOfNoneIsDone() => Assert.Equal("", (await _host.RunAsync("rm", "--all")).Expect(0).Output);

    [Fact]
    public void OnlyTheLineThatNamesTheHostIsRenamed() => Assert.Equal(
        "Host box\n  HostName dev\n  HostKeyAlias mayfly-dev\n",
        SshConfigCommand.Rename("Host dev\n  HostName dev\n  HostKeyAlias mayfly-dev\n", "box"));
}
