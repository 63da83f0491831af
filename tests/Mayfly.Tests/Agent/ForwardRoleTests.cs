using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mayfly.Diagnostics;
using Mayfly.Protocol;
using Mayfly.Session;
using Mayfly.Tests.Images;
using Mayfly.Tests.Session;

namespace Mayfly.Tests.Agent;

/// <summary>
/// Connections that the agent makes and takes, here on this host, whose programs are the tests' own sockets. Needs the native
/// agent, which build/setup makes.
/// </summary>
public sealed class ForwardRoleTests : IAsyncLifetime
{
    private SessionProcess _session = null!;

    private AgentConnection Connection => _session.Connection;

    public async Task InitializeAsync() => _session = await SessionProcess.StartAsync();

    public async Task DisposeAsync() => await _session.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task EitherLoopbackIsReachedAndEachWayEndsByItself(string address)
    {
        using var program = Listen(new IPEndPoint(IPAddress.Parse(address), 0));
        await using var stream = await ConnectAsync(program);
        using var peer = await AcceptAsync(program);

        await stream.WriteAsync("to the program"u8.ToArray());
        stream.CompleteWrites();
        Assert.Equal("to the program", await SocketText.ReadToEndAsync(peer));
        await peer.SendAsync("and back"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);

        Assert.Equal("and back", await ReadToEndAsync(stream));
        await stream.Ended.WaitAsync(SessionFixture.Patience);
    }

    [Fact]
    public async Task TheProgramMayEndItsSendingFirst()
    {
        using var program = Listen();
        await using var stream = await ConnectAsync(program);
        using var peer = await AcceptAsync(program);

        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await ReadToEndAsync(stream));
        await stream.WriteAsync("still read"u8.ToArray());
        stream.CompleteWrites();

        Assert.Equal("still read", await SocketText.ReadToEndAsync(peer));
        await stream.Ended.WaitAsync(SessionFixture.Patience);
    }

    [Fact]
    public async Task AUnixSocketIsReached()
    {
        using var folder = new TemporaryFolder();
        using var program = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        program.Bind(new UnixDomainSocketEndPoint(folder["s"]));
        program.Listen();
        await using var stream = await Connection.ConnectAsync(new ForwardRequest { Path = folder["s"] }, CancellationToken.None).WaitAsync(SessionFixture.Patience);
        using var peer = await AcceptAsync(program);

        await stream.WriteAsync("through"u8.ToArray());
        stream.CompleteWrites();

        Assert.Equal("through", await SocketText.ReadToEndAsync(peer));
    }

    [Fact]
    public async Task AFullQueueOfAUnixSocketIsWaitedFor()
    {
        using var folder = new TemporaryFolder();
        using var program = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        program.Bind(new UnixDomainSocketEndPoint(folder["s"]));
        program.Listen(0);
        using var first = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await first.ConnectAsync(new UnixDomainSocketEndPoint(folder["s"]));

        var connecting = Connection.ConnectAsync(new ForwardRequest { Path = folder["s"] }, CancellationToken.None);
        using var accepted = await AcceptAsync(program);

        await using var stream = await connecting.WaitAsync(SessionFixture.Patience);
    }

    [Fact]
    public async Task NobodyThereIsRefused()
    {
        int port;
        using (var free = Listen())
        {
            port = Port(free);
        }

        var refused = await Assert.ThrowsAsync<SandboxForwardException>(() => Connection.ConnectAsync(new ForwardRequest { Port = port }, CancellationToken.None));
        var absent = await Assert.ThrowsAsync<SandboxForwardException>(() => Connection.ConnectAsync(new ForwardRequest { Path = "/nowhere/s" }, CancellationToken.None));
        var directory = await Assert.ThrowsAsync<SandboxForwardException>(() => Connection.ConnectAsync(new ForwardRequest { Path = "/tmp" }, CancellationToken.None));

        Assert.Equal(ErrorCode.ForwardRefused, refused.Code);
        Assert.Contains($"{port}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.ForwardRefused, absent.Code);
        Assert.Equal(ErrorCode.ForwardRefused, directory.Code);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(65536, null)]
    [InlineData(null, null)]
    [InlineData(null, "relative")]
    [InlineData(80, "/both")]
    public async Task ARequestThatMakesNoSenseIsRefused(int? port, string? path) => Assert.Equal(
        ErrorCode.ForwardFailed,
        (await Assert.ThrowsAsync<SandboxForwardException>(() => Connection.ConnectAsync(new ForwardRequest { Port = port, Path = path }, CancellationToken.None))).Code);

    [Fact]
    public async Task AProgramThatBreaksTheConnectionIsSeenToHave()
    {
        using var program = Listen();
        await using var stream = await ConnectAsync(program);
        var peer = await AcceptAsync(program);

        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();

        await Assert.ThrowsAsync<IOException>(() => ReadToEndAsync(stream));
        await stream.Ended.WaitAsync(SessionFixture.Patience);
    }

    [Fact]
    public async Task WhatAProgramSaidBeforeItTookNoMoreIsRead()
    {
        using var program = Listen();
        await using var stream = await ConnectAsync(program);
        var peer = await AcceptAsync(program);

        await peer.SendAsync("last words"u8.ToArray());
        peer.Dispose();
        var words = await ReadToEndAsync(stream);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                await stream.WriteAsync(new byte[1000]).AsTask().WaitAsync(SessionFixture.Patience);
            }
        });

        Assert.Equal("last words", words);
        await stream.Ended.WaitAsync(SessionFixture.Patience);
    }

    [Fact]
    public async Task GivingItUpResetsTheProgramsEnd()
    {
        using var program = Listen();
        var stream = await ConnectAsync(program);
        using var peer = await AcceptAsync(program);

        await stream.DisposeAsync();

        var exception = await Assert.ThrowsAsync<SocketException>(() => peer.ReceiveAsync(new byte[1]).WaitAsync(SessionFixture.Patience));
        Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
    }

    [Fact]
    public async Task WhatIsLargeArrivesWholeBothWaysAtOnce()
    {
        const int size = 64 * 1024 * 1024;
        var bytes = RandomNumberGenerator.GetBytes(size);
        using var program = Listen();
        await using var stream = await ConnectAsync(program);
        using var peer = await AcceptAsync(program);
        var end = new NetworkStream(peer);

        var there = WriteAllAsync(stream, bytes, stream.CompleteWrites);
        var back = WriteAllAsync(end, bytes, () => peer.Shutdown(SocketShutdown.Send));
        var received = await Task.WhenAll(HashAsync(stream), HashAsync(end)).WaitAsync(SessionFixture.Patience);
        await Task.WhenAll(there, back).WaitAsync(SessionFixture.Patience);

        var expected = Convert.ToHexString(SHA256.HashData(bytes));
        Assert.Equal([expected, expected], received);
    }

    [Fact]
    public async Task AConnectionThatIsNotReadHoldsUpNoOther()
    {
        using var program = Listen();
        await using var stuck = await ConnectAsync(program);
        using var talker = await AcceptAsync(program);
        var talking = new NetworkStream(talker).WriteAsync(new byte[16 * 1024 * 1024]).AsTask();

        await using var other = await ConnectAsync(program);
        using var peer = await AcceptAsync(program);
        await peer.SendAsync("goes on"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);

        Assert.Equal("goes on", await ReadToEndAsync(other));
        Assert.False(talking.IsCompleted);
        await stuck.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => talking.WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public async Task WhoConnectsToAPortThatIsListenedOnIsHandedOver()
    {
        await using var listener = await Connection.ListenAsync(0, CancellationToken.None).WaitAsync(SessionFixture.Patience);
        using var program = await DialAsync(listener.Port);

        await using var stream = await listener.AcceptAsync(CancellationToken.None).WaitAsync(SessionFixture.Patience);
        await program.SendAsync("from the program"u8.ToArray());
        program.Shutdown(SocketShutdown.Send);
        Assert.Equal("from the program", await ReadToEndAsync(stream));
        await stream.WriteAsync("answered"u8.ToArray());
        stream.CompleteWrites();

        Assert.Equal("answered", await SocketText.ReadToEndAsync(program));
    }

    [Fact]
    public async Task APortThatIsTakenIsSaidToBe()
    {
        using var program = Listen();

        var exception = await Assert.ThrowsAsync<SandboxForwardException>(() => Connection.ListenAsync(Port(program), CancellationToken.None));

        Assert.Equal(ErrorCode.GuestPortInUse, exception.Code);
    }

    [Fact]
    public async Task MoreThanMayWaitAreTakenAsTheHostTakesThem()
    {
        const int count = ProtocolLimits.MaxWaitingConnections + 20;
        await using var listener = await Connection.ListenAsync(0, CancellationToken.None).WaitAsync(SessionFixture.Patience);
        var programs = new List<Socket>();
        for (var index = 0; index < count; index++)
        {
            programs.Add(await DialAsync(listener.Port));
            programs[^1].Send([(byte)index]);
            programs[^1].Shutdown(SocketShutdown.Send);
        }

        var heard = new List<int>();
        for (var index = 0; index < count; index++)
        {
            await using var stream = await listener.AcceptAsync(CancellationToken.None).WaitAsync(SessionFixture.Patience);
            heard.Add((await ReadToEndAsync(stream))[0]);
        }

        Assert.Equal(Enumerable.Range(0, count), heard.Order());
        programs.ForEach(program => program.Dispose());
    }

    [Fact]
    public async Task TheEndOfAListenerResetsWhoWaitsAndFreesThePort()
    {
        var listener = await Connection.ListenAsync(0, CancellationToken.None).WaitAsync(SessionFixture.Patience);
        var port = listener.Port;
        using var taken = await DialAsync(port);
        await using var stream = await listener.AcceptAsync(CancellationToken.None).WaitAsync(SessionFixture.Patience);
        using var waiting = await DialAsync(port);

        await listener.DisposeAsync();

        await Assert.ThrowsAsync<SocketException>(() => waiting.ReceiveAsync(new byte[1]).WaitAsync(SessionFixture.Patience));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => listener.AcceptAsync(CancellationToken.None));
        await taken.SendAsync("goes on"u8.ToArray());
        taken.Shutdown(SocketShutdown.Send);
        Assert.Equal("goes on", await ReadToEndAsync(stream));
        await using var again = await Connection.ListenAsync(port, CancellationToken.None).WaitAsync(SessionFixture.Patience);
        Assert.Equal(port, again.Port);
    }

    [Fact]
    public async Task TheEndOfTheSessionClosesEverything()
    {
        using var program = Listen();
        await using var stream = await ConnectAsync(program);
        using var peer = await AcceptAsync(program);
        var listener = await Connection.ListenAsync(0, CancellationToken.None).WaitAsync(SessionFixture.Patience);

        _session.CloseInput();

        Assert.Equal(0, await _session.WaitAsync());
        Assert.Equal(0, await peer.ReceiveAsync(new byte[1]).WaitAsync(SessionFixture.Patience));
        await Assert.ThrowsAsync<SessionBrokenException>(() => listener.AcceptAsync(CancellationToken.None).WaitAsync(SessionFixture.Patience));
        await Assert.ThrowsAsync<SessionBrokenException>(() => ReadToEndAsync(stream));
    }

    private static Socket Listen(IPEndPoint? endPoint = null)
    {
        endPoint ??= new IPEndPoint(IPAddress.Loopback, 0);
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(endPoint);
        listener.Listen();
        return listener;
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static Task<Socket> AcceptAsync(Socket listener) => listener.AcceptAsync().WaitAsync(SessionFixture.Patience);

    private static async Task<Socket> DialAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port).WaitAsync(SessionFixture.Patience);
        return socket;
    }

    private static async Task<string> ReadToEndAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(SessionFixture.Patience);
    }

    private static async Task WriteAllAsync(Stream stream, byte[] bytes, Action end)
    {
        await stream.WriteAsync(bytes);
        end();
    }

    private static async Task<string> HashAsync(Stream stream) => Convert.ToHexString(await SHA256.HashDataAsync(stream));

    private Task<GuestStream> ConnectAsync(Socket program) =>
        Connection.ConnectAsync(new ForwardRequest { Port = Port(program) }, CancellationToken.None).WaitAsync(SessionFixture.Patience);
}
