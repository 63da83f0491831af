using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mayfly.Diagnostics;
using Mayfly.Tests.Sandboxes.Networks;
using Mayfly.Tests.Sandboxes.Vsock;
using Mayfly.Tests.Session;

namespace Mayfly.Tests.Sandboxes;

/// <summary>Ports that lead into a real guest and out of it, without a network card.</summary>
[Trait("Category", "MicroVM")]
public abstract partial class ForwardTests(SharedSandbox shared)
{
    private const int LargeBytes = 64 * 1024 * 1024;

    private Sandbox Sandbox => shared.Sandbox;

    [Fact]
    public async Task SixtyFourConnectionsAtOnceReachAServiceOfTheGuest()
    {
        var port = NextPort();
        await Sandbox.ShellAsync("mkdir -p /tmp/www && echo served >/tmp/www/page", Patience.Long);
        await using var service = await StartAsync(port, "httpd", "-f", "-p", $"127.0.0.1:{port}", "-h", "/tmp/www");
        await using var forward = await Sandbox.ForwardAsync(port);

        // All are open before the first asks.
        var clients = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => ConnectAsync(forward))).WithPatience();
        foreach (var client in clients)
        {
            await client.SendAsync("GET /page HTTP/1.0\r\n\r\n"u8.ToArray());
        }

        var answers = await Task.WhenAll(clients.Select(SocketText.ReadToEndAsync)).WithPatience();
        Assert.All(answers, answer => Assert.EndsWith("\r\n\r\nserved\n", answer, StringComparison.Ordinal));
        Assert.Equal(IPAddress.Loopback, forward.LocalEndPoint.Address);
    }

    [Fact]
    public async Task AUnixSocketOfTheGuestIsReachedToo()
    {
        await Socat.InstallAsync(Sandbox);
        await using var echo = await Socat.ListenAsync(Sandbox, "UNIX-LISTEN:/tmp/echo.sock", "PIPE");
        await using var forward = await Sandbox.ForwardAsync("/tmp/echo.sock");
        using var client = await ConnectAsync(forward);

        using var reader = new StreamReader(new NetworkStream(client));
        await client.SendAsync("hello"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("hello", await reader.ReadToEndAsync().WithPatience());
        Assert.Equal("/tmp/echo.sock", forward.GuestSocket);
    }

    [Fact]
    public async Task WhatIsLargeArrivesWholeBothWays()
    {
        var port = NextPort();
        await using var service = await ServeAsync(port, "cat");
        await using var forward = await Sandbox.ForwardAsync(port);
        var bytes = RandomNumberGenerator.GetBytes(LargeBytes);
        using var client = await ConnectAsync(forward);

        var sending = SendAllAsync(client, bytes);
        var received = await SHA256.HashDataAsync(new NetworkStream(client)).AsTask().WithPatience();
        await sending.WithPatience();

        Assert.Equal(SHA256.HashData(bytes), received);
    }

    [Fact]
    public async Task AProgramReadsTheEndAndAnswersBehindIt()
    {
        var port = NextPort();
        await using var service = await ServeAsync(port, "wc", "-c");
        await using var forward = await Sandbox.ForwardAsync(port);
        using var client = await ConnectAsync(forward);

        await client.SendAsync(new byte[12345]);
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal("12345", (await SocketText.ReadToEndAsync(client).WithPatience()).Trim());
    }

    [Fact]
    public async Task NobodyThereIsSeenAtOnceAndTheForwardGoesOn()
    {
        var port = NextPort();
        await using var forward = await Sandbox.ForwardAsync(port);
        using var refused = await ConnectAsync(forward);

        await Assert.ThrowsAsync<SocketException>(() => refused.ReceiveAsync(new byte[1]).WithPatience());
        await using var service = await ServeAsync(port, "echo", "there now");
        using var served = await ConnectAsync(forward);

        Assert.Equal("there now\n", await SocketText.ReadToEndAsync(served).WithPatience());
    }

    [Fact]
    public async Task AGuestReachesTheOneAddressOfTheHostThatWasChosen()
    {
        await using var service = new HostListener(IPAddress.Loopback);
        await using var forward = await Sandbox.ReverseForwardAsync(0, service.EndPoint);

        var heard = await Sandbox.ShellAsync($"nc 127.0.0.1 {forward.GuestPort} </dev/null", Patience.Long);

        Assert.Equal(HostListener.Greeting, heard.EnsureSuccess().StandardOutput);
        Assert.Equal(1, service.Accepted);
        Assert.True(forward.IsReverse);
    }

    [Fact]
    public async Task ATargetThatIsNotThereEndsTheConnectionOnly()
    {
        var service = new HostListener(IPAddress.Loopback);
        await using var forward = await Sandbox.ReverseForwardAsync(0, service.EndPoint);
        await service.DisposeAsync();

        var heard = await Sandbox.ShellAsync($"nc 127.0.0.1 {forward.GuestPort} </dev/null; nc 127.0.0.1 {forward.GuestPort} </dev/null; echo ended", Patience.Long);

        Assert.Equal("ended\n", heard.StandardOutput);
    }

    [Fact]
    public async Task APortOfTheGuestsThatIsTakenIsSaidToBe()
    {
        var port = NextPort();
        await using var service = await ServeAsync(port, "cat");

        var exception = await Assert.ThrowsAsync<SandboxForwardException>(() => Sandbox.ReverseForwardAsync(port, new IPEndPoint(IPAddress.Loopback, 9)));

        Assert.Equal(ErrorCode.GuestPortInUse, exception.Code);
    }

    [Fact]
    public async Task APortOfTheHostsThatIsTakenIsSaidToBe()
    {
        await using var forward = await Sandbox.ForwardAsync(NextPort());

        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Sandbox.ForwardAsync(NextPort(), forward.LocalEndPoint.Port));

        Assert.Equal(ErrorCode.PortUnavailable, exception.Code);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(65536, 0)]
    [InlineData(80, -1)]
    [InlineData(80, 65536)]
    public async Task APortThatCantBeIsRefused(int guest, int host) =>
        Assert.Equal(ErrorCode.InvalidOption, (await Assert.ThrowsAsync<SandboxConfigurationException>(() => Sandbox.ForwardAsync(guest, host))).Code);

    [Fact]
    public async Task DisposalLeavesNeitherListenerNorDescriptor()
    {
        var port = NextPort();
        await using var service = await ServeAsync(port, "cat");
        var forward = await Sandbox.ForwardAsync(port);
        using var open = await ConnectAsync(forward);
        await open.SendAsync("echoed"u8.ToArray());
        Assert.Equal(6, await open.ReceiveAsync(new byte[16]).WithPatience());
        var inodes = SocketsOf(forward.LocalEndPoint.Port);

        await forward.DisposeAsync();
        await forward.DisposeAsync();

        Assert.NotEmpty(inodes);
        await Assert.ThrowsAsync<SocketException>(() => open.ReceiveAsync(new byte[1]).WithPatience());
        var refused = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(forward));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.DoesNotContain(forward, Sandbox.Forwards);
        Assert.Empty(OwnDescriptors().Intersect(inodes));
    }

    private static int _lastPort = 20_000;

    /// <summary>A port of the guest's that no other test uses.</summary>
    private static int NextPort() => Interlocked.Increment(ref _lastPort);

    private static async Task<Socket> ConnectAsync(SandboxForward forward)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(forward.LocalEndPoint).WithPatience();
        return socket;
    }

    private static async Task SendAllAsync(Socket socket, byte[] bytes)
    {
        await new NetworkStream(socket).WriteAsync(bytes);
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>This side's sockets with the port as their own, as the kernel numbers them.</summary>
    private static string[] SocketsOf(int port) =>
    [
        .. File.ReadLines("/proc/net/tcp")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal))
            .Select(fields => $"socket:[{fields[9]}]"),
    ];

    private static IEnumerable<string> OwnDescriptors() =>
        Directory.EnumerateFiles("/proc/self/fd").Select(path => new FileInfo(path).LinkTarget ?? "");

    /// <summary>A service that runs the program for each connection.</summary>
    private Task<SandboxCommand> ServeAsync(int port, params string[] program) =>
        StartAsync(port, ["nc", "-ll", "-p", $"{port}", "-e", .. program]);

    private async Task<SandboxCommand> StartAsync(int port, params string[] program)
    {
        var service = await Sandbox.StartCommandAsync(program, new ExecOptions { Timeout = Timeout.InfiniteTimeSpan });
        (await Sandbox.ShellAsync($"until grep -qi ':{port:X4} 0' /proc/net/tcp /proc/net/tcp6; do sleep 0.1; done", Patience.Long)).EnsureSuccess();
        return service;
    }
}
