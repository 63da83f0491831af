using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mayfly.Diagnostics;
using Mayfly.Ssh;
using Mayfly.Tests.Session;
using Mayfly.Tests.Ssh;

namespace Mayfly.SshNet.Tests;

/// <summary>Servers that are not there, are none, or stop half-way: each a typed error within its deadline.</summary>
public sealed class SshNetFaultTests
{
    private static readonly TimeSpan _short = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task AClosedPortIsUnreachable()
    {
        // Bound and not listened on: nobody else can have it.
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var error = await FailAsync(SshEndpoint.Tcp("127.0.0.1", ((IPEndPoint)bound.LocalEndPoint!).Port), SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshUnreachable, error.Code);
    }

    [Fact]
    public async Task ASocketThatIsNotThereIsUnreachable()
    {
        var error = await FailAsync(SshEndpoint.Socket("/nowhere/ssh.sock"), SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshUnreachable, error.Code);
    }

    [Fact]
    public async Task AServerThatHangsAfterTheConnectTimesOut()
    {
        await using var server = new FakeServer((_, _, ct) => Task.Delay(Timeout.Infinite, ct));
        var began = Stopwatch.GetTimestamp();

        var error = await FailAsync(server.Endpoint, _short);

        Assert.Equal(ErrorCode.SshTimedOut, error.Code);
        Assert.InRange(Stopwatch.GetElapsedTime(began), _short - TimeSpan.FromMilliseconds(100), SessionFixture.Patience);
    }

    [Fact]
    public async Task AServerThatHangsInTheHandshakeTimesOut()
    {
        await using var server = new FakeServer(HangAfterBannerAsync);
        var began = Stopwatch.GetTimestamp();

        var error = await FailAsync(server.Endpoint, _short);

        Assert.Equal(ErrorCode.SshTimedOut, error.Code);
        Assert.InRange(Stopwatch.GetElapsedTime(began), _short - TimeSpan.FromMilliseconds(100), SessionFixture.Patience);
    }

    [Fact]
    public async Task AServerThatClosesInTheHandshakeDoesNotSpeakSsh()
    {
        await using var server = new FakeServer(async (stream, _, ct) => await stream.WriteAsync("SSH-2.0-closes\r\n"u8.ToArray(), ct));

        var error = await FailAsync(server.Endpoint, SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshNotSpoken, error.Code);
    }

    [Fact]
    public async Task AWebServerDoesNotSpeakSsh()
    {
        await using var server = new FakeServer(async (stream, _, ct) =>
        {
            await stream.ReadExactlyAsync(new byte[4], ct);
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n\u001b[2J"u8.ToArray(), ct);
        });

        var error = await FailAsync(server.Endpoint, SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshNotSpoken, error.Code);
        Assert.DoesNotContain('\u001b', error.Message);
    }

    [Fact]
    public async Task AServerThatTalksWithoutEndIsCutOff()
    {
        var junk = Encoding.ASCII.GetBytes(new string('x', 1000) + "\n");
        await using var server = new FakeServer(async (stream, _, ct) =>
        {
            while (true)
            {
                await stream.WriteAsync(junk, ct);
            }
        });

        var error = await FailAsync(server.Endpoint, SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshNotSpoken, error.Code);
    }

    [Fact]
    public async Task CancellationInTheHandshakeIsTheCallersOwn()
    {
        await using var server = new FakeServer(HangAfterBannerAsync);
        using var caller = new CancellationTokenSource(_short);

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StartAsync(server.Endpoint, SessionFixture.Patience * 10, caller.Token));

        Assert.Equal(caller.Token, error.CancellationToken);
    }

    [Fact]
    public async Task AKeyThatIsNoneIsNamed()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder["id"], "no key\n");

        var error = await Assert.ThrowsAsync<SandboxSshException>(
            () => new SshNetClient().StartAsync(Requests.To(SshEndpoint.Socket(folder["s"]), folder["id"], default, _short), CancellationToken.None));

        Assert.Equal(ErrorCode.SshAccessDenied, error.Code);
        Assert.Contains(folder["id"], error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ssh-ed25519", "ssh-ed25519")]
    [InlineData("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256")]
    [InlineData("ssh-rsa", "rsa-sha2-512 rsa-sha2-256")]
    [InlineData("ssh-dss", "")]
    [InlineData("", "ssh-ed25519 ecdsa-sha2-nistp256 rsa-sha2-512 rsa-sha2-256")]
    public void OnlyTheKnownKindOfHostKeyIsAskedFor(string kind, string expected)
    {
        byte[] key = kind.Length == 0 ? [] : [0, 0, 0, (byte)kind.Length, .. Encoding.ASCII.GetBytes(kind), 0, 0, 0, 1, 7];
        string[] offered = ["ssh-ed25519-cert-v01@openssh.com", "ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa", "ssh-dss"];

        Assert.Equal(expected, string.Join(' ', offered.Where(name => HostKeyAlgorithm.Suits(name, key))));
    }

    private static async Task HangAfterBannerAsync(NetworkStream stream, int number, CancellationToken cancellationToken)
    {
        await stream.WriteAsync("SSH-2.0-hangs\r\n"u8.ToArray(), cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static Task<SandboxSshException> FailAsync(SshEndpoint endpoint, TimeSpan timeout) =>
        Assert.ThrowsAsync<SandboxSshException>(() => StartAsync(endpoint, timeout, CancellationToken.None));

    private static async Task StartAsync(SshEndpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var folder = new TestFolder();
        var key = await SshKeyPair.CreateAsync(await SshProgram.LocateAsync(CancellationToken.None), folder["id"], "test", CancellationToken.None);
        await using var channel = await new SshNetClient()
            .StartAsync(Requests.To(endpoint, key.Path, key.PublicKey.Blob.ToArray(), timeout), cancellationToken)
            .WaitAsync(SessionFixture.Patience * 2, CancellationToken.None);
    }
}
