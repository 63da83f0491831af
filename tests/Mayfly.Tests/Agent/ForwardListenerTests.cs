using System.Net;
using System.Net.Sockets;
using Mayfly.Forwarding;
using Mayfly.Protocol;
using Mayfly.Tests.Images;
using Mayfly.Tests.Session;
using Mayfly.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Agent;

/// <summary>A Unix socket of the host that leads through the agent to a port; here all of them are this host's.</summary>
#pragma warning disable CA1001 // The test framework calls IAsyncLifetime's disposal.
public sealed class ForwardListenerTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _program = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private SessionProcess _session = null!;
    private PrivateUnixSocket _socket = null!;
    private ForwardListener _listener = null!;

    public async Task InitializeAsync()
    {
        _program.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _session = await SessionProcess.StartAsync();
        _socket = new PrivateUnixSocket(_folder["s"], backlog: 16);
        var request = new ForwardRequest { Port = ((IPEndPoint)_program.LocalEndPoint!).Port };
        _listener = new ForwardListener("test", _socket.Socket, ending => _session.Connection.ConnectAsync(request, ending), TimeProvider.System, NullLogger.Instance);
    }

    public async Task DisposeAsync()
    {
        await _listener.DisposeAsync();
        _socket.Dispose();
        await _session.DisposeAsync();
        _program.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task EachWayEndsByItself()
    {
        _program.Listen();
        using var client = await DialAsync();
        using var peer = await _program.AcceptAsync().WaitAsync(SessionFixture.Patience);

        await client.SendAsync("asked"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("asked", await SocketText.ReadToEndAsync(peer));
        await peer.SendAsync("answered"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);

        Assert.Equal("answered", await SocketText.ReadToEndAsync(client));
    }

    [Fact]
    public async Task WhatAClientSentBeforeItLeftIsTakenAtLeisure()
    {
        const int size = 3 * 1024 * 1024;
        _program.Listen();
        using var client = await DialAsync();
        using var peer = await _program.AcceptAsync().WaitAsync(SessionFixture.Patience);
        peer.Shutdown(SocketShutdown.Send);

        await client.SendAsync(new byte[size]).WaitAsync(SessionFixture.Patience);
        client.Dispose();

        Assert.Equal(size, (await SocketText.ReadToEndAsync(peer)).Length);
    }

    [Fact]
    public async Task WhereNobodyListensTheClientSeesTheEndAndTheNextOneMayFareBetter()
    {
        using var early = await DialAsync();

        Assert.Equal("", await SocketText.ReadToEndAsync(early));
        _program.Listen();
        using var late = await DialAsync();
        using var peer = await _program.AcceptAsync().WaitAsync(SessionFixture.Patience);
    }

    [Fact]
    public async Task AProgramThatTakesNoMoreEndsAClientThatWaits()
    {
        _program.Listen();
        using var client = await DialAsync();
        var peer = await _program.AcceptAsync().WaitAsync(SessionFixture.Patience);
        await client.SendAsync("unread"u8.ToArray());

        // Bytes that nobody has read make this a reset.
        while (peer.Available == 0)
        {
            await Task.Yield();
        }

        peer.Dispose();

        Assert.Equal("", await SocketText.ReadToEndAsync(client));
    }

    [Fact]
    public async Task ItsEndBreaksWhatIsOpen()
    {
        _program.Listen();
        using var client = await DialAsync();
        using var peer = await _program.AcceptAsync().WaitAsync(SessionFixture.Patience);

        await _listener.DisposeAsync();

        Assert.Equal("", await SocketText.ReadToEndAsync(client));
        await Assert.ThrowsAsync<SocketException>(() => peer.ReceiveAsync(new byte[1]).WaitAsync(SessionFixture.Patience));
        await Assert.ThrowsAsync<SocketException>(DialAsync);
    }

    private async Task<Socket> DialAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_folder["s"])).WaitAsync(SessionFixture.Patience);
        return socket;
    }
}
