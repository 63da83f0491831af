using Mayfly.Diagnostics;
using Mayfly.Transports.Vsock.VhostUser;
using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Packets;
using Mayfly.Transports.Vsock.VhostUser.Queues;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

public sealed partial class HostileGuestTests : IDisposable
{
    private const uint GuestPort = 5001;
    private const uint HostPort = 9000;

    private readonly DeviceHarness _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(PacketHeader.Bytes - 1)]
    public void APacketShorterThanAHeaderIsDropped(uint length)
    {
        _device.Driver.GiveReceiveBuffers();
        Packet(PacketOperation.Request).Write(_device.Driver.Ram.Bytes[0x100000..]);
        _device.Driver.Transmit.Describe(0, GuestRam.GuestBase + 0x100000, length);
        _device.Driver.Transmit.Offer(0);
        Assert.Empty(_device.Sent());
        Assert.Equal((0u, 0u), _device.Driver.Transmit.Reclaim());
    }

    [Theory]
    [InlineData(VsockLimits.GuestId, VsockLimits.GuestId)]
    [InlineData(VsockLimits.GuestId, 1)]
    [InlineData(VsockLimits.GuestId, ulong.MaxValue)]
    [InlineData(VsockLimits.HostId, VsockLimits.HostId)]
    [InlineData(4, VsockLimits.HostId)]
    [InlineData(0x1_0000_0003, VsockLimits.HostId)]
    public async Task APacketFromOrForSomebodyElseIsDropped(ulong source, ulong destination)
    {
        await using var stream = await AcceptAsync();
        _device.Send(Packet(PacketOperation.Reset) with { SourceId = source, DestinationId = destination });
        _device.Send(Packet(PacketOperation.ReadWrite) with { SourceId = source, DestinationId = destination, SourcePort = 1 });

        Assert.Empty(_device.Sent());
        Assert.Equal(1, _device.Muxer.ConnectionCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(ushort.MaxValue)]
    public async Task APacketOfAnotherTypeResetsItsConnection(ushort type)
    {
        await using var stream = await AcceptAsync();
        await AssertResetAsync(stream, Packet(PacketOperation.CreditUpdate) with { Type = type }, "malformed");
    }

    [Fact]
    public void ARequestOfAnotherTypeIsRefused()
    {
        _device.Driver.GiveReceiveBuffers();
        using var listener = new Listening(_device.Listen(HostPort));
        _device.Send(Packet(PacketOperation.Request) with { Type = 2 });

        Assert.Equal(PacketOperation.Reset, Assert.Single(_device.Sent()).Header.Operation);
        Assert.Equal(0, _device.Muxer.ConnectionCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(ushort.MaxValue)]
    [InlineData((ushort)PacketOperation.Request)]
    [InlineData((ushort)PacketOperation.Response)]
    public async Task AnUnknownOperationOrOneOutOfTurnResetsItsConnection(ushort operation)
    {
        await using var stream = await AcceptAsync();
        await AssertResetAsync(stream, Packet((PacketOperation)operation), "out of turn");
    }

    [Theory]
    [InlineData((ushort)PacketOperation.ReadWrite)]
    [InlineData((ushort)PacketOperation.Shutdown)]
    [InlineData((ushort)PacketOperation.CreditUpdate)]
    [InlineData((ushort)PacketOperation.CreditRequest)]
    [InlineData((ushort)PacketOperation.Request)]
    public async Task AnythingButAnAnswerToARequestEndsTheConnect(ushort operation)
    {
        _device.Driver.GiveReceiveBuffers();
        var connecting = new TaskCompletionSource<VsockStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        _device.Muxer.Connect(GuestPort, connecting);
        var request = Assert.Single(_device.Sent()).Header;

        _device.Send(GuestDriver.Packet((PacketOperation)operation, request.DestinationPort, request.SourcePort));

        var failure = await Assert.ThrowsAsync<SandboxVsockException>(() => connecting.Task);
        Assert.Contains("out of turn", failure.Message, StringComparison.Ordinal);
        Assert.Equal(PacketOperation.Reset, Assert.Single(_device.Sent()).Header.Operation);
        Assert.Equal(0, _device.Muxer.ConnectionCount);
    }

    [Fact]
    public async Task AnAnswerToARequestThatHasNotGoneOutEndsTheConnectWithoutAReset()
    {
        var connecting = new TaskCompletionSource<VsockStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        var connection = _device.Muxer.Connect(GuestPort, connecting)!;

        _device.Send(GuestDriver.Packet(PacketOperation.Response, GuestPort, connection.Key.HostPort));

        await Assert.ThrowsAsync<SandboxVsockException>(() => connecting.Task);
        Assert.Equal((0, 0, 0), (_device.Muxer.ConnectionCount, _device.Muxer.LineLength, _device.Muxer.ResetCount));
    }

    [Theory]
    [InlineData((ushort)PacketOperation.Response)]
    [InlineData((ushort)PacketOperation.ReadWrite)]
    [InlineData((ushort)PacketOperation.Shutdown)]
    [InlineData((ushort)PacketOperation.CreditRequest)]
    [InlineData(77)]
    public void APacketOfNoConnectionIsAnsweredWithAReset(ushort operation)
    {
        _device.Driver.GiveReceiveBuffers();
        _device.Send(Packet((PacketOperation)operation));

        Assert.Equal(PacketOperation.Reset, Assert.Single(_device.Sent()).Header.Operation);
    }

    [Fact]
    public void AResetOfNoConnectionIsNotAnswered()
    {
        _device.Driver.GiveReceiveBuffers();
        _device.Send(Packet(PacketOperation.Reset));

        Assert.Empty(_device.Sent());
    }

    [Theory]
    [InlineData(11)]
    [InlineData(300_000)]
    [InlineData(uint.MaxValue)]
    public async Task APacketThatSaysItIsLongerThanItIsResetsItsConnection(uint length)
    {
        await using var stream = await AcceptAsync();
        await AssertResetAsync(stream, Packet(PacketOperation.ReadWrite, length), "malformed", new byte[10]);
    }

    [Fact]
    public async Task APacketWithoutDataChangesNothing()
    {
        await using var stream = await AcceptAsync();
        var reading = stream.ReadAsync(new byte[8]);
        _device.Send(Packet(PacketOperation.ReadWrite));
        Assert.False(reading.IsCompleted);

        _device.Send(Packet(PacketOperation.ReadWrite, 1), "x"u8);
        Assert.Equal(1, await reading);
    }

    [Fact]
    public async Task WhatComesBehindTheLengthInTheHeaderIsIgnored()
    {
        await using var stream = await AcceptAsync();
        _device.Send(Packet(PacketOperation.ReadWrite, 2), "abcdef"u8);

        var buffer = new byte[8];
        Assert.Equal(2, await stream.ReadAsync(buffer));
        Assert.Equal("ab"u8.ToArray(), buffer[..2]);
    }

    [Fact]
    public async Task MoreThanTheCreditResetsTheConnection()
    {
        await using var stream = await AcceptAsync();
        for (var sent = 0; sent < VsockLimits.ReceiveBufferBytes; sent += 65536)
        {
            _device.Send(Packet(PacketOperation.ReadWrite, 65536), new byte[65536]);
        }

        Assert.Empty(_device.Sent());
        Assert.Equal(1, _device.Muxer.ConnectionCount);
        await AssertResetAsync(stream, Packet(PacketOperation.ReadWrite, 1), "more than it was granted", new byte[1]);
    }

    [Fact]
    public async Task AChainOfGibibytesCostsNoMoreThanItsConnection()
    {
        await using var stream = await AcceptAsync();
        var driver = _device.Driver;
        Packet(PacketOperation.ReadWrite, uint.MaxValue).Write(driver.Ram.Bytes[0x100000..]);
        for (ushort index = 0; index < GuestDriver.QueueSize; index++)
        {
            var last = index == GuestDriver.QueueSize - 1;
            driver.Transmit.Describe(index, GuestRam.GuestBase + 0x100000, 0xf00000, last ? (ushort)0 : QueueDescriptor.FlagNext, (ushort)(index + 1));
        }

        driver.Transmit.Offer(0);
        Assert.Equal(PacketOperation.Reset, Assert.Single(_device.Sent()).Header.Operation);
    }

    [Fact]
    public async Task AClaimToHaveTakenMoreThanWasSentResetsTheConnection()
    {
        await using var stream = await AcceptAsync();
        await stream.WriteAsync(new byte[10]);
        Assert.Single(_device.Sent());
        await AssertResetAsync(stream, Packet(PacketOperation.CreditUpdate) with { ForwardedBytes = 11 }, "more than it was sent");
    }

    [Fact]
    public void ARequestThatClaimsToHaveTakenSomethingIsRefused()
    {
        _device.Driver.GiveReceiveBuffers();
        using var listener = new Listening(_device.Listen(HostPort));
        _device.Send(Packet(PacketOperation.Request) with { ForwardedBytes = 1 });

        Assert.Equal(PacketOperation.Reset, Assert.Single(_device.Sent()).Header.Operation);
        Assert.Equal(0, _device.Muxer.ConnectionCount);
    }

    [Fact]
    public async Task DataBehindTheEndOfDataResetsTheConnection()
    {
        await using var stream = await AcceptAsync();
        _device.Send(Packet(PacketOperation.Shutdown) with { Flags = (uint)ShutdownFlags.Send });
        _device.Send(Packet(PacketOperation.Shutdown) with { Flags = (uint)ShutdownFlags.Send });
        _device.Send(Packet(PacketOperation.Shutdown) with { Flags = 0xfffffffc });
        Assert.Empty(_device.Sent());

        _device.Send(Packet(PacketOperation.ReadWrite, 1), "x"u8);
        Assert.Equal(PacketOperation.Reset, Assert.Single(_device.Sent()).Header.Operation);
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(PacketHeader.Bytes)]
    public void AReceiveBufferTooSmallForAPacketBreaksTheDevice(uint length)
    {
        _device.Driver.Receive.Describe(0, GuestRam.GuestBase + 0x10000, length, QueueDescriptor.FlagWrite);
        _device.Driver.Receive.Offer(0);

        Assert.Contains("less than a packet", Assert.Throws<DeviceBrokenException>(() => _device.Send(Packet(PacketOperation.Request))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AReceiveBufferThatIsOnlyForReadingBreaksTheDevice()
    {
        _device.Driver.Receive.Describe(0, GuestRam.GuestBase + 0x10000, 4096);
        _device.Driver.Receive.Offer(0);

        Assert.Throws<DeviceBrokenException>(() => _device.Send(Packet(PacketOperation.Request)));
    }

    private static PacketHeader Packet(PacketOperation operation, uint length = 0) => GuestDriver.Packet(operation, GuestPort, HostPort, length);

    private void TrySend(PacketHeader header)
    {
        if ((ushort)(_device.Driver.Transmit.AvailableIndex - _device.Driver.Transmit.UsedIndex) < GuestDriver.QueueSize / 2)
        {
            _device.Driver.Send(header);
        }
    }

    private async Task<VsockStream> AcceptAsync()
    {
        _device.Driver.GiveReceiveBuffers();
        await using var listener = _device.Listen(HostPort);
        _device.Send(Packet(PacketOperation.Request));
        Assert.Equal(PacketOperation.Response, Assert.Single(_device.Sent()).Header.Operation);
        return await listener.AcceptAsync();
    }

    private async Task AssertResetAsync(VsockStream stream, PacketHeader offence, string reason, byte[]? payload = null)
    {
        _device.Send(offence, payload);

        Assert.Equal(PacketOperation.Reset, Assert.Single(_device.Sent()).Header.Operation);
        Assert.Equal(0, _device.Muxer.ConnectionCount);
        var failure = await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1]).AsTask());
        Assert.Equal(ErrorCode.VsockFailed, Assert.IsType<SandboxVsockException>(failure.InnerException).Code);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    private sealed class Listening(DeviceListener listener) : IDisposable
    {
        public void Dispose() => listener.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
