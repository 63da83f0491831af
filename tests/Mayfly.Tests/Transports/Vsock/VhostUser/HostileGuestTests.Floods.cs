using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Packets;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

/// <summary>Too much of what is allowed: storms of packets, floods of connections, guests that take nothing.</summary>
public sealed partial class HostileGuestTests
{
    [Fact]
    public void AStormOfPacketsThatWantAResetWaitsForItself()
    {
        for (var count = 0u; count < 5000; count++)
        {
            TrySend(Packet(PacketOperation.ReadWrite) with { SourcePort = count });
            _device.Turn();
        }

        Assert.Equal(VsockLimits.MaxReplies, _device.Muxer.ResetCount);
        Assert.Equal(VsockLimits.MaxReplies, _device.Driver.Transmit.UsedIndex);

        _device.Driver.GiveReceiveBuffers();
        Assert.Equal(_device.Driver.Transmit.AvailableIndex, _device.Sent().Count);
        Assert.Equal(_device.Driver.Transmit.AvailableIndex, _device.Driver.Transmit.UsedIndex);
        Assert.Equal(0, _device.Muxer.ResetCount);
    }

    [Fact]
    public void AStormOfResetsCostsNothing()
    {
        for (var count = 0u; count < 5000; count++)
        {
            _device.Send(Packet(PacketOperation.Reset) with { SourcePort = count });
        }

        Assert.Equal(0, _device.Muxer.ResetCount);
        Assert.Equal(5000, _device.Driver.Transmit.UsedIndex);
    }

    [Fact]
    public async Task AFloodOfConnectionsEndsAtTheLimit()
    {
        _device.Driver.GiveReceiveBuffers();
        await using var listener = _device.Listen(HostPort);
        var streams = new List<VsockStream>();
        for (var port = 0u; port < VsockLimits.MaxConnections + 50; port++)
        {
            _device.Send(Packet(PacketOperation.Request) with { SourcePort = port });
            var answer = Assert.Single(_device.Sent()).Header.Operation;
            Assert.Equal(port < VsockLimits.MaxConnections ? PacketOperation.Response : PacketOperation.Reset, answer);
            if (answer == PacketOperation.Response)
            {
                streams.Add(await listener.AcceptAsync());
            }
        }

        var connecting = new TaskCompletionSource<VsockStream>();
        Assert.Null(_device.Muxer.Connect(1, connecting));
        Assert.Contains("limit", (await Assert.ThrowsAsync<SandboxVsockException>(() => connecting.Task)).Message, StringComparison.Ordinal);
        streams.ForEach(stream => stream.Dispose());
    }

    [Fact]
    public void ConnectionsThatNobodyAcceptsEndAtTheBacklog()
    {
        _device.Driver.GiveReceiveBuffers();
        using var listener = new Listening(_device.Listen(HostPort));
        for (var port = 0u; port < 500; port++)
        {
            _device.Send(Packet(PacketOperation.Request) with { SourcePort = port });
            Assert.Single(_device.Sent());
        }

        Assert.Equal(VsockListener.Backlog, _device.Muxer.ConnectionCount);
    }

    [Fact]
    public async Task ConnectionsThatTheGuestHasResetCountWhileTheirStreamsAreHeld()
    {
        _device.Driver.GiveReceiveBuffers();
        await using var listener = _device.Listen(HostPort);
        var streams = new List<VsockStream>();
        for (var port = 0u; port < VsockLimits.MaxConnections; port++)
        {
            _device.Send(Packet(PacketOperation.Request) with { SourcePort = port });
            _device.Sent();
            streams.Add(await listener.AcceptAsync());
            _device.Send(Packet(PacketOperation.Reset) with { SourcePort = port });
        }

        Assert.Equal((0, VsockLimits.MaxConnections), (_device.Muxer.ConnectionCount, _device.Muxer.EndedCount));
        _device.Send(Packet(PacketOperation.Request));
        Assert.Equal(PacketOperation.Reset, Assert.Single(_device.Sent()).Header.Operation);

        streams.ForEach(stream => stream.Dispose());
        _device.Turn();
        Assert.Equal(0, _device.Muxer.EndedCount);
        _device.Send(Packet(PacketOperation.Request));
        Assert.Equal(PacketOperation.Response, Assert.Single(_device.Sent()).Header.Operation);
    }

    [Fact]
    public void ConnectsThatAreGivenUpLeaveNothingBehindInAGuestThatTakesNothing()
    {
        for (var count = 0; count < 3000; count++)
        {
            var connecting = new TaskCompletionSource<VsockStream>();
            _device.Muxer.Connect(GuestPort, connecting)!.Abandon();
            _device.Turn();
            Assert.True(connecting.Task.IsCanceled);
        }

        Assert.Equal((0, 0, 0), (_device.Muxer.ConnectionCount, _device.Muxer.LineLength, _device.Muxer.ResetCount));
        Assert.Equal(0, _device.Muxer.EndedCount);
    }

    [Fact]
    public async Task AnAnswerInTheLastMomentIsNotUndoneByTheTimer()
    {
        _device.Driver.GiveReceiveBuffers();
        var connecting = new TaskCompletionSource<VsockStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        var connection = _device.Muxer.Connect(GuestPort, connecting)!;
        var request = Assert.Single(_device.Sent()).Header;
        _device.Send(GuestDriver.Packet(PacketOperation.Response, request.DestinationPort, request.SourcePort));
        await using var stream = await connecting.Task;

        connection.Expire();
        _device.Muxer.Settle(connection);

        Assert.Empty(_device.Sent());
        Assert.Equal(1, _device.Muxer.ConnectionCount);
    }

    [Fact]
    public async Task ADisposedStreamWaitsOnlySoLongForAGuestThatGivesNoBuffers()
    {
        await using var listener = _device.Listen(HostPort);
        _device.Send(Packet(PacketOperation.Request));
        var stream = await listener.AcceptAsync();
        await stream.DisposeAsync();
        _device.Turn();

        var lingering = Assert.Single(_device.Expiring);
        lingering.Expire();
        _device.Muxer.Settle(lingering);
        Assert.Equal((0, 0, 1), (_device.Muxer.ConnectionCount, _device.Muxer.LineLength, _device.Muxer.ResetCount));
    }
}
