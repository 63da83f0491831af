using Mayfly.Diagnostics;
using Mayfly.Images.Tools;
using Mayfly.Ssh;
using Mayfly.Supervision;
using Mayfly.Tests.Session;

namespace Mayfly.Tests.Ssh;

/// <summary>What OpenSSH is told, and that its own programs get through with it.</summary>
public sealed class SshConfigTests
{
    private static readonly SshPublicKey _key = SshPublicKey.FromRaw(new byte[32]);

    [Fact]
    public void NothingIsLeftToDefaults()
    {
        var plan = new SshPlan
        {
            Endpoint = SshEndpoint.Socket("/run/my dir/100%/ssh.sock"),
            User = "sandbox",
            IdentityPath = "/run/my dir/100%/key",
            Trust = SshTrust.Pin("mayfly-abc", _key),
            KnownHostsPath = "/run/my dir/100%/known",
            Bootstrap = SshBootstrap.OfDefaultImage(),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            HandshakeTimeout = TimeSpan.FromSeconds(30),
        };

        var arguments = OpenSshClient.Arguments(plan, _key, "/opt/mayfly-agent");

        Snapshots.Verify(string.Join('\n', arguments).Replace(plan.Bootstrap.Nonce, "NONCE", StringComparison.Ordinal));
    }

    [RootTheory]
    [InlineData(SshServerKind.OpenSsh)]
    [InlineData(SshServerKind.Dropbear)]
    public async Task PlainSshGetsThroughASocketWithTheFile(SshServerKind kind)
    {
        await using var server = await SshServer.StartAsync(new() { Kind = kind, BehindSocket = true });
        var config = await WriteAsync(server);

        var (code, output) = await RunAsync("ssh", "-F", config, "dev", "echo $SSH_ORIGINAL_COMMAND fine; exit 7");

        Assert.Equal((7, "fine"), (code, output.Trim()));
    }

    [RootFact]
    public async Task ScpAndSftpGetThroughASocketWithTheFile()
    {
        await using var server = await SshServer.StartAsync(new() { BehindSocket = true });
        var config = await WriteAsync(server);
        var source = Path.Combine(server.Directory, "source");
        await File.WriteAllTextAsync(source, "copied");

        var (code, words) = await RunAsync("scp", "-F", config, source, $"dev:{server.Home}/copy");

        Assert.True(code == 0, words);
        Assert.Equal("copied", await File.ReadAllTextAsync(Path.Combine(server.Home, "copy")));
        var batch = Path.Combine(server.Directory, "batch");
        await File.WriteAllTextAsync(batch, $"get {server.Home}/copy {server.Directory}/back\n");
        (code, words) = await RunAsync("sftp", "-F", config, "-b", batch, "dev");
        Assert.True(code == 0, words);
        Assert.Equal("copied", await File.ReadAllTextAsync(Path.Combine(server.Directory, "back")));
    }

    [RootFact]
    public async Task TheFileIsPrivateAndPinsTheKey()
    {
        await using var server = await SshServer.StartAsync(new());
        var config = await WriteAsync(server);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(config));
        await File.WriteAllTextAsync(server.Plan().KnownHostsPath, KnownHostsFile.Line("mayfly-test", _key));

        var (code, words) = await RunAsync("ssh", "-F", config, "dev", "echo reached");

        Assert.Equal(255, code);
        Assert.DoesNotContain("reached", words, StringComparison.Ordinal);
        Assert.Contains("IDENTIFICATION HAS CHANGED", words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a\"b")]
    [InlineData("/a\\b")]
    [InlineData("/a\nb")]
    [InlineData("/${HOME}")]
    public void APathThatOpenSshWouldReadOtherwiseIsRefused(string path) =>
        Assert.Equal(ErrorCode.InvalidOption, Assert.Throws<SandboxConfigurationException>(() => SshText.File(path)).Code);

    [Theory]
    [InlineData("")]
    [InlineData("-oProxyCommand=x")]
    [InlineData("a b")]
    [InlineData("a;b")]
    public void AUserThatCanBeNoneIsRefused(string user) =>
        Assert.Equal(ErrorCode.InvalidOption, Assert.Throws<SandboxConfigurationException>(() => SshText.User(user)).Code);

    [Theory]
    [InlineData("", 22)]
    [InlineData("-x", 22)]
    [InlineData("a b", 22)]
    [InlineData("host", 0)]
    [InlineData("host", 65536)]
    public void AnEndpointThatCanBeNoneIsRefused(string host, int port) =>
        Assert.Equal(ErrorCode.InvalidOption, Assert.Throws<SandboxConfigurationException>(() => SshEndpoint.Tcp(host, port)).Code);

    private static async Task<string> WriteAsync(SshServer server)
    {
        var plan = server.Plan();
        await File.WriteAllTextAsync(plan.KnownHostsPath, KnownHostsFile.Line("mayfly-test", server.HostKey.PublicKey));
        var config = Path.Combine(server.Directory, "ssh_config");
        var options = SshOptions.Connection(
            plan.Endpoint, plan.User, plan.IdentityPath, "mayfly-test", plan.KnownHostsPath, server.HostKey.PublicKey, AgentBinary.Locate());
        await SshConfigFile.WriteAsync(config, "dev", options, CancellationToken.None);
        return config;
    }

    private static async Task<(int Code, string Words)> RunAsync(string program, params string[] arguments)
    {
        await using var process = ToolProcess.Start(new Tool(program, "openssh-client"), arguments);
        process.Input.Close();
        var output = await new StreamReader(process.Output).ReadToEndAsync().WaitAsync(SessionFixture.Patience);
        var end = await process.WaitAsync(CancellationToken.None).WaitAsync(SessionFixture.Patience);
        return (end.Code, output + end.ErrorText);
    }
}
