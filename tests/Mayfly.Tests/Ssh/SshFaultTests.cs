using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mayfly.Diagnostics;
using Mayfly.Ssh;
using Mayfly.Supervision;
using Mayfly.Tests.Session;

namespace Mayfly.Tests.Ssh;

/// <summary>Servers that are not there, are none, or stop half-way: each a typed error within its deadline.</summary>
public sealed class SshFaultTests
{
    private static readonly TimeSpan _short = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task ANameThatDoesNotResolveIsUnreachable()
    {
        var error = await FailAsync(SshEndpoint.Tcp("nowhere.invalid", 22), SessionFixture.Patience, SessionFixture.Patience, patience: SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshUnreachable, error.Code);
        Assert.Contains("does not resolve", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClosedPortIsUnreachable()
    {
        // Bound and not listened on: nobody else can have it.
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var error = await FailAsync(SshEndpoint.Tcp("127.0.0.1", ((IPEndPoint)bound.LocalEndPoint!).Port), SessionFixture.Patience, SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshUnreachable, error.Code);
        Assert.Contains("refused", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASocketThatIsNotThereIsUnreachable()
    {
        var error = await FailAsync(SshEndpoint.Socket("/nowhere/ssh.sock"), SessionFixture.Patience, SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshUnreachable, error.Code);
    }

    [Fact]
    public async Task AServerThatClosesAtOnceDoesNotSpeakSsh()
    {
        await using var server = new FakeServer((_, _, _) => Task.CompletedTask);

        var error = await FailAsync(server.Endpoint, SessionFixture.Patience, SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshNotSpoken, error.Code);
        Assert.Contains("closed it at once", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWebServerDoesNotSpeakSshAndIsShown()
    {
        await using var server = new FakeServer(async (stream, _, ct) =>
        {
            await stream.ReadExactlyAsync(new byte[8], ct);
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n\u001b[2J"u8.ToArray(), ct);
        });

        var error = await FailAsync(server.Endpoint, SessionFixture.Patience, SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshNotSpoken, error.Code);
        Assert.Contains("HTTP/1.1 400 Bad Request", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', error.Message);
    }

    [Fact]
    public async Task AServerThatTalksWithoutEndDoesNotSpeakSsh()
    {
        var junk = Encoding.ASCII.GetBytes(new string('x', 1000) + "\n");
        await using var server = new FakeServer(async (stream, _, ct) =>
        {
            while (true)
            {
                await stream.WriteAsync(junk, ct);
            }
        });

        var error = await FailAsync(server.Endpoint, SessionFixture.Patience, SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshNotSpoken, error.Code);
    }

    [Fact]
    public async Task AServerThatHangsAfterTheConnectTimesOut()
    {
        await using var server = new FakeServer((_, _, ct) => Task.Delay(Timeout.Infinite, ct));
        var began = Stopwatch.GetTimestamp();

        var error = await FailAsync(server.Endpoint, _short, SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshTimedOut, error.Code);
        Assert.InRange(Stopwatch.GetElapsedTime(began), _short - TimeSpan.FromMilliseconds(100), SessionFixture.Patience);
        Assert.Contains("ConnectTimeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatHangsAfterItsBannerTimesOutAndLeavesNothing()
    {
        await using var server = new FakeServer(async (stream, _, ct) =>
        {
            await stream.WriteAsync("SSH-2.0-hangs\r\n"u8.ToArray(), ct);
            await Task.Delay(Timeout.Infinite, ct);
        });

        var error = await FailAsync(server.Endpoint, SessionFixture.Patience, _short);

        Assert.Equal(ErrorCode.SshTimedOut, error.Code);
        Assert.Contains("HandshakeTimeout", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task AServerThatClosesInTheHandshakeIsTold()
    {
        await using var server = new FakeServer(async (stream, _, ct) => await stream.WriteAsync("SSH-2.0-closes\r\n"u8.ToArray(), ct));

        var error = await FailAsync(server.Endpoint, SessionFixture.Patience, SessionFixture.Patience);

        Assert.Equal(ErrorCode.SshNotSpoken, error.Code);
    }

    [Fact]
    public async Task CancellationIsTheCallersOwn()
    {
        await using var server = new FakeServer(async (stream, number, ct) =>
        {
            await stream.WriteAsync("SSH-2.0-hangs\r\n"u8.ToArray(), ct);
            await Task.Delay(Timeout.Infinite, ct);
        });
        using var caller = new CancellationTokenSource(_short);

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => OpenAsync(server.Endpoint, SessionFixture.Patience, SessionFixture.Patience, TimeSpan.Zero, caller.Token));

        Assert.Equal(caller.Token, error.CancellationToken);
    }

    [RootFact]
    public async Task AServerThatIsNotUpYetIsWaitedFor()
    {
        await using var real = await SshServer.StartAsync(new());
        await using var server = new FakeServer(async (stream, number, ct) =>
        {
            if (number >= 3)
            {
                await RelayAsync(stream, real.Endpoint, TimeSpan.Zero, ct);
            }
        });

        await new SshProbe(server.Endpoint, SessionFixture.Patience, TimeProvider.System).IdentifyAsync(SessionFixture.Patience, CancellationToken.None);
        Assert.Equal(4, server.Connections);
        var (connection, _) = await SshSessionTests.OpenAsync(real.Plan() with { Endpoint = server.Endpoint });

        await connection.DisposeAsync();
        Assert.Equal(6, server.Connections);
    }

    [RootFact]
    public async Task ASlowServerIsWaitedForWithinTheLimit()
    {
        await using var real = await SshServer.StartAsync(new());
        await using var server = new FakeServer((stream, _, ct) => RelayAsync(stream, real.Endpoint, TimeSpan.FromMilliseconds(200), ct));

        var (connection, _) = await SshSessionTests.OpenAsync(real.Plan() with { Endpoint = server.Endpoint });
        await using (connection)
        {
            Assert.Equal("slow\n", (await connection.RunAsync("echo slow")).Output);
        }
    }

    /// <summary>Carries bytes both ways; what comes from the server waits a little, four times.</summary>
    private static async Task RelayAsync(NetworkStream client, SshEndpoint server, TimeSpan delay, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        await using var stream = new NetworkStream(socket);
        var up = client.CopyToAsync(stream, cancellationToken);
        var buffer = new byte[16 * 1024];
        for (var delayed = 0; await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count; delayed++)
        {
            if (delayed < 4)
            {
                await Task.Delay(delay, cancellationToken);
            }

            await client.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        client.Socket.Shutdown(SocketShutdown.Send);
        await up;
    }

    private static Task<SandboxSshException> FailAsync(SshEndpoint endpoint, TimeSpan connect, TimeSpan handshake, TimeSpan patience = default) =>
        Assert.ThrowsAsync<SandboxSshException>(() => OpenAsync(endpoint, connect, handshake, patience, CancellationToken.None));

    private static async Task OpenAsync(SshEndpoint endpoint, TimeSpan connect, TimeSpan handshake, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var folder = new TestFolder();
        var key = await SshKeyPair.CreateAsync(await SshProgram.LocateAsync(CancellationToken.None), folder["id"], "test", CancellationToken.None);
        if (patience > TimeSpan.Zero)
        {
            await new SshProbe(endpoint, connect, TimeProvider.System).IdentifyAsync(patience, cancellationToken);
        }

        await SshSessionTests.OpenAsync(
            new SshPlan
            {
                Endpoint = endpoint,
                User = "root",
                IdentityPath = key.Path,
                Trust = SshTrust.Pin("mayfly-test", key.PublicKey),
                KnownHostsPath = folder["known_hosts"],
                Bootstrap = SshBootstrap.OfForeignImage(AgentBinary.Locate()),
                ConnectTimeout = connect,
                HandshakeTimeout = handshake,
            },
            cancellationToken);
    }
}
