using Mayfly.Diagnostics;
using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Packets;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

public sealed class ConnectionTests : IDisposable
{
    private const uint GuestPort = 5001;
    private const uint HostPort = 9000;

    private readonly DeviceHarness _device = new();

    public ConnectionTests() => _device.Driver.GiveReceiveBuffers();

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task TheGuestConnectsToAPortThatIsListenedOn()
    {
        await using var stream = await AcceptAsync();

        _device.Send(Packet(PacketOperation.ReadWrite, length: 5), "hello"u8);
        var buffer = new byte[16];
        Assert.Equal(5, await stream.ReadAsync(buffer));
        Assert.Equal("hello"u8.ToArray(), buffer[..5]);
        Assert.Equal((HostPort, GuestPort), (stream.HostPort, stream.GuestPort));
    }

    [Fact]
    public void TheGuestIsRefusedWhereNobodyListens()
    {
        _device.Send(Packet(PacketOperation.Request));

        var (header, _) = Assert.Single(_device.Sent());
        Assert.Equal(PacketOperation.Reset, header.Operation);
        Assert.Equal((HostPort, GuestPort), (header.SourcePort, header.DestinationPort));
    }

    [Fact]
    public async Task TheHostConnectsWhenTheGuestAccepts()
    {
        var (connecting, request) = Connect();
        Assert.Equal(PacketOperation.Request, request.Operation);
        Assert.Equal(GuestPort, request.DestinationPort);
        Assert.False(connecting.IsCompleted);

        _device.Send(Answer(request, PacketOperation.Response));
        await using var stream = await connecting;
        await stream.WriteAsync("ping"u8.ToArray());
        var (header, payload) = Assert.Single(_device.Sent());
        Assert.Equal(PacketOperation.ReadWrite, header.Operation);
        Assert.Equal("ping"u8.ToArray(), payload);
    }

    [Fact]
    public async Task TheHostIsToldWhenTheGuestRefuses()
    {
        var (connecting, request) = Connect();

        _device.Send(Answer(request, PacketOperation.Reset));

        var refused = await Assert.ThrowsAsync<SandboxVsockException>(() => connecting);
        Assert.Equal(ErrorCode.VsockRefused, refused.Code);
        Assert.Equal(0, _device.Muxer.ConnectionCount);
    }

    [Fact]
    public async Task AConnectThatIsNeverAnsweredEndsAndResetsTheGuest()
    {
        var (connecting, _) = Connect();

        var waiting = Assert.Single(_device.Expiring);
        waiting.Expire();
        _device.Muxer.Settle(waiting);

        Assert.Equal(ErrorCode.VsockFailed, (await Assert.ThrowsAsync<SandboxVsockException>(() => connecting)).Code);
        Assert.Equal(PacketOperation.Reset, Assert.Single(_device.Sent()).Header.Operation);
        Assert.Equal(0, _device.Muxer.ConnectionCount);
    }

    [Fact]
    public async Task WhatIsWrittenStopsAtTheGuestsCreditAndGoesOnWithMore()
    {
        await using var stream = await AcceptAsync(buffer: 1000);

        var writing = stream.WriteAsync(new byte[2500]);
        Assert.Equal(1000, _device.Sent().Sum(packet => packet.Payload.Length));
        _device.Send(Packet(PacketOperation.CreditUpdate, buffer: 1000, forwarded: 1000));
        Assert.Equal(1000, _device.Sent().Sum(packet => packet.Payload.Length));
        _device.Send(Packet(PacketOperation.CreditUpdate, buffer: 1000, forwarded: 1700));
        Assert.Equal(500, _device.Sent().Sum(packet => packet.Payload.Length));
        await writing;
    }

    [Fact]
    public async Task AWriterWaitsWhileTheGuestTakesNothing()
    {
        await using var stream = await AcceptAsync(buffer: 0);

        var writing = stream.WriteAsync(new byte[10 * 1024 * 1024]).AsTask();
        Assert.Empty(_device.Sent());
        Assert.False(writing.IsCompleted);

        await stream.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => writing);
    }

    [Fact]
    public async Task TheGuestHearsHowMuchWasRead()
    {
        await using var stream = await AcceptAsync();
        const int packet = 64 * 1024;
        for (var sent = 0; sent < VsockLimits.CreditStepBytes; sent += packet)
        {
            _device.Send(Packet(PacketOperation.ReadWrite, length: packet), new byte[packet]);
        }

        Assert.Empty(_device.Sent());

        await stream.ReadExactlyAsync(new byte[VsockLimits.CreditStepBytes]);

        var (header, _) = Assert.Single(_device.Sent());
        Assert.Equal(PacketOperation.CreditUpdate, header.Operation);
        Assert.Equal((uint)VsockLimits.CreditStepBytes, header.ForwardedBytes);
        Assert.Equal((uint)VsockLimits.ReceiveBufferBytes, header.BufferBytes);
    }

    [Fact]
    public async Task ReadsThatCrossTheBufferOfManyPacketsLoseAndRepeatNothing()
    {
        await using var stream = await AcceptAsync();
        var sent = new byte[200_000];
        new Random(1).NextBytes(sent);
        for (var at = 0; at < sent.Length; at += 40_000)
        {
            _device.Send(Packet(PacketOperation.ReadWrite, length: 40_000), sent.AsSpan(at, 40_000));
        }

        var read = new byte[sent.Length];
        for (var at = 0; at < read.Length;)
        {
            at += await stream.ReadAsync(read.AsMemory(at, Math.Min(70_000, read.Length - at)));
        }

        Assert.Equal(sent, read);
    }

    [Fact]
    public async Task TheGuestsHalfCloseIsTheEndOfTheStreamAndWritingGoesOn()
    {
        await using var stream = await AcceptAsync();
        _device.Send(Packet(PacketOperation.ReadWrite, length: 3), "abc"u8);
        _device.Send(Packet(PacketOperation.Shutdown, flags: (uint)ShutdownFlags.Send));

        using var read = new MemoryStream();
        await stream.CopyToAsync(read);
        Assert.Equal("abc"u8.ToArray(), read.ToArray());

        await stream.WriteAsync("still"u8.ToArray());
        Assert.Equal("still"u8.ToArray(), Assert.Single(_device.Sent()).Payload);
    }

    [Fact]
    public async Task TheHostsHalfCloseComesBehindItsDataAndReadingGoesOn()
    {
        await using var stream = await AcceptAsync();
        await stream.WriteAsync("last"u8.ToArray());
        stream.CompleteWrites();

        var packets = _device.Sent();
        Assert.Equal([PacketOperation.ReadWrite, PacketOperation.Shutdown], packets.Select(packet => packet.Header.Operation));
        Assert.Equal((uint)ShutdownFlags.Send, packets[1].Header.Flags);
        await Assert.ThrowsAsync<IOException>(() => stream.WriteAsync(new byte[1]).AsTask());

        _device.Send(Packet(PacketOperation.ReadWrite, length: 2), "ok"u8);
        Assert.Equal(2, await stream.ReadAsync(new byte[8]));
    }

    [Fact]
    public async Task DisposalDeliversTheRestAndEndsBothDirections()
    {
        var stream = await AcceptAsync();
        await stream.WriteAsync("rest"u8.ToArray());
        await stream.DisposeAsync();

        var packets = _device.Sent();
        Assert.Equal([PacketOperation.ReadWrite, PacketOperation.Shutdown], packets.Select(packet => packet.Header.Operation));
        Assert.Equal((uint)ShutdownFlags.Both, packets[1].Header.Flags);
        Assert.Equal(1, _device.Muxer.ConnectionCount);

        _device.Send(Packet(PacketOperation.Reset));
        Assert.Equal(0, _device.Muxer.ConnectionCount);
    }

    [Fact]
    public async Task ADisposedStreamIsResetWhenTheGuestDoesNotTakeItsRest()
    {
        var stream = await AcceptAsync(buffer: 0);
        await stream.WriteAsync("rest"u8.ToArray());
        await stream.DisposeAsync();
        Assert.Empty(_device.Sent());

        var lingering = Assert.Single(_device.Expiring);
        lingering.Expire();
        _device.Muxer.Settle(lingering);
        Assert.Equal(PacketOperation.Reset, Assert.Single(_device.Sent()).Header.Operation);
        Assert.Equal(0, _device.Muxer.ConnectionCount);
    }

    [Fact]
    public async Task TheGuestsCloseIsTheEndOfTheStreamWithoutAnError()
    {
        await using var stream = await AcceptAsync();
        _device.Send(Packet(PacketOperation.ReadWrite, length: 3), "abc"u8);
        _device.Send(Packet(PacketOperation.Shutdown, flags: (uint)ShutdownFlags.Both));

        Assert.Equal(PacketOperation.Reset, Assert.Single(_device.Sent()).Header.Operation);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read);
        Assert.Equal("abc"u8.ToArray(), read.ToArray());
        Assert.Equal(0, _device.Muxer.ConnectionCount);
        await Assert.ThrowsAsync<IOException>(() => stream.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task TheGuestsResetIsAnErrorForReaderAndWriter()
    {
        await using var stream = await AcceptAsync();
        var reading = stream.ReadAsync(new byte[1]).AsTask();

        _device.Send(Packet(PacketOperation.Reset));

        var failure = await Assert.ThrowsAsync<IOException>(() => reading);
        Assert.Equal(ErrorCode.VsockFailed, Assert.IsType<SandboxVsockException>(failure.InnerException).Code);
        await Assert.ThrowsAsync<IOException>(() => stream.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task DisposalWakesAReader()
    {
        var stream = await AcceptAsync();
        var reading = stream.ReadAsync(new byte[1]).AsTask();

        await stream.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
    }

    [Fact]
    public async Task ACancelledReadLosesNothing()
    {
        await using var stream = await AcceptAsync();
        using var giveUp = new CancellationTokenSource();
        var reading = stream.ReadAsync(new byte[1], giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        _device.Send(Packet(PacketOperation.ReadWrite, length: 3), "abc"u8);
        Assert.Equal(3, await stream.ReadAsync(new byte[8]));
    }

    [Fact]
    public async Task ManyConnectionsTakeTurns()
    {
        await using var listener = _device.Listen(HostPort);
        var streams = new List<VsockStream>();
        for (var port = 1u; port <= 20; port++)
        {
            _device.Send(GuestDriver.Packet(PacketOperation.Request, port, HostPort));
            streams.Add(await listener.AcceptAsync());
        }

        _device.Sent();
        foreach (var stream in streams)
        {
            await stream.WriteAsync(new byte[3 * GuestDriver.BufferBytes]);
        }

        var ports = _device.Sent().Where(packet => packet.Payload.Length > 0).Select(packet => packet.Header.DestinationPort).ToList();
        Assert.Equal(60, ports.Count);
        Assert.Equal(20, ports.Take(20).Distinct().Count());
    }

    private static PacketHeader Packet(
        PacketOperation operation, uint length = 0, uint flags = 0, uint buffer = 256 * 1024, uint forwarded = 0) =>
        GuestDriver.Packet(operation, GuestPort, HostPort, length, flags, buffer, forwarded);

    private static PacketHeader Answer(PacketHeader request, PacketOperation operation) =>
        GuestDriver.Packet(operation, request.DestinationPort, request.SourcePort);

    private (Task<VsockStream> Connecting, PacketHeader Request) Connect()
    {
        var connecting = new TaskCompletionSource<VsockStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        Assert.NotNull(_device.Muxer.Connect(GuestPort, connecting));
        return (connecting.Task, Assert.Single(_device.Sent()).Header);
    }

    private async Task<VsockStream> AcceptAsync(uint buffer = 256 * 1024)
    {
        await using var listener = _device.Listen(HostPort);
        _device.Send(Packet(PacketOperation.Request, buffer: buffer));
        Assert.Equal(PacketOperation.Response, Assert.Single(_device.Sent()).Header.Operation);
        return await listener.AcceptAsync();
    }
}
