using System.Diagnostics;
using System.Net.Sockets;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Agent;

/// <summary>Passing a connection on, with OpenSSH as who gets it. Needs the native agent, which build/setup makes.</summary>
public sealed class DialTests
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task OpenSshGetsTheConnectionItself()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "s");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();

        using var ssh = Process.Start(new ProcessStartInfo(
            "ssh",
            ["-F", "none", "-o", "BatchMode=yes", "-o", $"ProxyCommand={WardenProcess.AgentPath} dial {path}", "-o", "ProxyUseFdpass=yes", "user@guest", "true"])
        { RedirectStandardError = true })!;
        using var connection = await listener.AcceptAsync().WaitAsync(_deadline);
        using var reader = new StreamReader(new NetworkStream(connection));

        // What comes next comes from the client itself: the dialer has long been waited for.
        Assert.StartsWith("SSH-2.0-", await reader.ReadLineAsync().WaitAsync(_deadline), StringComparison.Ordinal);
        connection.Shutdown(SocketShutdown.Send);
        Assert.NotEmpty(await ssh.StandardError.ReadToEndAsync().WaitAsync(_deadline));
        await ssh.WaitForExitAsync().WaitAsync(_deadline);
        Assert.Equal(255, ssh.ExitCode);
    }

    [Theory]
    [InlineData("/nowhere/no-such-socket", "/nowhere/no-such-socket")]
    [InlineData("/a-path-that-is-longer-than-any-socket-may-have-it-because-the-kernel-keeps-it-in-one-hundred-and-eight-bytes-only", "at most 107 bytes")]
    public async Task ASocketThatCantBeReachedIsNamedInOneLine(string path, string expected)
    {
        using var dialer = AgentProcess.Start("dial", path);

        var errors = await dialer.StandardError.ReadToEndAsync().WaitAsync(_deadline);
        await dialer.WaitForExitAsync().WaitAsync(_deadline);

        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(1, dialer.ExitCode);
    }
}
