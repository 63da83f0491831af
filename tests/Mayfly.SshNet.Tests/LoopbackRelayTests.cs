using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mayfly.Images.Tools;
using Mayfly.Ssh;
using Mayfly.Tests.Session;
using Mayfly.Tests.Ssh;

namespace Mayfly.SshNet.Tests;

/// <summary>The one port of the loopback that SSH.NET needs: for this process and for one connection.</summary>
public sealed class LoopbackRelayTests
{
    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task AStrangerIsTurnedAwayAndTheOwnConnectionCarries(AddressFamily family)
    {
        await using var server = new FakeServer(async (stream, _, ct) => await stream.CopyToAsync(stream, ct));
        await using var relay = await StartAsync(server.Endpoint);

        // Another process of the same user is a stranger too.
        Assert.Equal("turned away\n", await KnockAsync(relay.EndPoint));
        using var own = await ConnectAsync(relay.EndPoint, family);
        await using var stream = new NetworkStream(own);
        await stream.WriteAsync("to and fro"u8.ToArray());
        own.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);

        Assert.Equal("to and fro", await reader.ReadToEndAsync().WaitAsync(SessionFixture.Patience));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task ItTakesOneConnectionAndThenListensNoMore()
    {
        await using var server = new FakeServer(async (stream, _, ct) => await stream.CopyToAsync(stream, ct));
        await using var relay = await StartAsync(server.Endpoint);
        using var first = await ConnectAsync(relay.EndPoint);
        await first.SendAsync("x"u8.ToArray());
        Assert.Equal(1, await first.ReceiveAsync(new byte[1]).WaitAsync(SessionFixture.Patience));

        var second = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(relay.EndPoint));

        Assert.Equal(SocketError.ConnectionRefused, second.SocketErrorCode);
    }

    [Fact]
    public async Task DisposalLeavesNoListener()
    {
        await using var server = new FakeServer((_, _, ct) => Task.Delay(Timeout.Infinite, ct));
        var relay = await StartAsync(server.Endpoint);

        relay.Abort();
        await relay.DisposeAsync().AsTask().WaitAsync(SessionFixture.Patience);
        await relay.DisposeAsync().AsTask().WaitAsync(SessionFixture.Patience);
        relay.Abort();

        var late = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(relay.EndPoint));
        Assert.Equal(SocketError.ConnectionRefused, late.SocketErrorCode);
    }

    [Fact]
    public async Task NoMoreIsHandedOnThanIsRead()
    {
        var limit = new ReceiveLimit();
        using var output = new MemoryStream();
        limit.LoggedIn(output);
        await limit.WaitAsync(int.MaxValue, CancellationToken.None);
        output.SetLength(ReceiveLimit.MaxWaitingBytes + 1);
        var waiting = limit.WaitAsync(1, CancellationToken.None).AsTask();

        limit.Taken();
        Assert.False(waiting.IsCompleted);
        output.SetLength(ReceiveLimit.MaxWaitingBytes);
        limit.Taken();

        await waiting.WaitAsync(SessionFixture.Patience);
    }

    private static Task<LoopbackRelay> StartAsync(SshEndpoint server) =>
        LoopbackRelay.StartAsync(Requests.To(server, "", default, SessionFixture.Patience), CancellationToken.None);

    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint, AddressFamily family = AddressFamily.InterNetwork)
    {
        var socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (family == AddressFamily.InterNetworkV6)
            {
                // As SSH.NET's is.
                socket.DualMode = true;
            }

            await socket.ConnectAsync(endPoint).WaitAsync(SessionFixture.Patience);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects in a process of its own and says what came of it; the shell tells an end from its own impatience.</summary>
    private static async Task<string> KnockAsync(IPEndPoint endPoint)
    {
        var port = endPoint.Port.ToString(CultureInfo.InvariantCulture);
        await using var knocking = ToolProcess.Start(
            new Tool("bash", "bash"), ["-c", $"exec 3<>/dev/tcp/127.0.0.1/{port}; read -t 50 -u 3 line; [ $? -le 128 ] && echo turned away"]);
        knocking.Input.Close();
        using var reader = new StreamReader(knocking.Output);
        return await reader.ReadToEndAsync().WaitAsync(SessionFixture.Patience);
    }
}
