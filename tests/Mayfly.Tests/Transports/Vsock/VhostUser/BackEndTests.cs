using System.Buffers.Binary;
using Mayfly.Native;
using Mayfly.Transports.Vsock.VhostUser;
using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Messages;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

public sealed class BackEndTests : IKickWatcher, IDisposable
{
    private const ulong Version1 = 1UL << 32;

    private readonly List<EventDescriptor> _watched = [];
    private readonly GuestDriver _guest = new();
    private readonly VhostUserBackEnd _backEnd;

    public BackEndTests() => _backEnd = new VhostUserBackEnd(this);

    public void Dispose()
    {
        _backEnd.Dispose();
        _guest.Dispose();
        Assert.Empty(_watched);
    }

    bool IKickWatcher.TryWatch(int queue, EventDescriptor kick)
    {
        _watched.Add(kick);
        return true;
    }

    void IKickWatcher.Unwatch(EventDescriptor kick) => Assert.True(_watched.Remove(kick));

    [Fact]
    public void AQueueRunsOnceItHasEverythingAndStopsWhenItsBaseIsAskedFor()
    {
        SetUp();
        Assert.NotNull(_backEnd.Queue(0));
        Assert.NotNull(_backEnd.Queue(1));

        var reply = Send(VhostUserRequest.GetVringBase, Words(1, 0))!;
        Assert.Equal((1u, 0u), (BitConverter.ToUInt32(reply), BitConverter.ToUInt32(reply, 4)));
        Assert.Null(_backEnd.Queue(1));
        Assert.NotNull(_backEnd.Queue(0));
        Assert.Single(_watched);
    }

    [Fact]
    public void AQueueGoesOnWhereItWasStopped()
    {
        SetUp();
        _guest.Send(GuestDriver.Packet(Mayfly.Transports.Vsock.VhostUser.Packets.PacketOperation.Reset, 1, 2));
        var muxer = new VsockMuxer(new Nobody(), []);
        QueueExchange.Take(_backEnd.Queue(1)!, muxer, 64);

        var reply = Send(VhostUserRequest.GetVringBase, Words(1, 0))!;
        Assert.Equal(1u, BitConverter.ToUInt32(reply, 4));
        Send(VhostUserRequest.SetVringBase, Words(1, 1));
        Send(VhostUserRequest.SetVringKick, Number(1), Event());
        Assert.Equal(1, _backEnd.Queue(1)!.NextAvailable);
        Assert.False(_backEnd.Queue(1)!.HasAvailable());
    }

    [Fact]
    public void NewMemoryWhileQueuesRunMovesThemOver()
    {
        SetUp();
        var before = _backEnd.Queue(0);
        Send(VhostUserRequest.SetMemoryTable, Table(1), Memory());

        Assert.NotNull(_backEnd.Queue(0));
        Assert.NotSame(before, _backEnd.Queue(0));
    }

    [Fact]
    public void NewMemoryWithoutTheRunningQueuesBreaksTheDevice()
    {
        SetUp();
        AssertBroken("does not lie in the guest's memory", VhostUserRequest.SetMemoryTable, Table(0));
        Assert.Null(_backEnd.Queue(0));
    }

    [Theory]
    [InlineData(1, 0, "with 0 descriptors")]
    [InlineData(0, 1, "with 1 descriptors")]
    [InlineData(1, 2, "with 2 descriptors")]
    [InlineData(9, 9, "shared 9 memory regions")]
    [InlineData(-1, 8, "shared 4294967295 memory regions")]
    public void TooManyRegionsOrAnotherNumberOfDescriptorsBreaksTheDevice(int count, int descriptors, string reason) =>
        AssertBroken(reason, VhostUserRequest.SetMemoryTable, Table(count), [.. Enumerable.Range(0, descriptors).Select(_ => Memory())]);

    [Fact]
    public void OverlappingRegionsBreakTheDevice()
    {
        var table = Table(2);
        table.AsSpan(8, 32).CopyTo(table.AsSpan(40));
        AssertBroken("overlap", VhostUserRequest.SetMemoryTable, table, Memory(), Memory());
    }

    [Fact]
    public void MemoryThatCouldShrinkBreaksTheDeviceAndUnmapsTheRest() =>
        AssertBroken("could shrink", VhostUserRequest.SetMemoryTable, Table(2), Memory(), TestMemoryFile.Create(_guest.Ram.Length, sealed_: false));

    [Fact]
    public void ATableThatEndsTooEarlyBreaksTheDevice() =>
        AssertBroken("too short", VhostUserRequest.SetMemoryTable, Table(1)[..39], Memory());

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(2048)]
    [InlineData(uint.MaxValue)]
    public void AnImpossibleQueueSizeBreaksTheDevice(uint size) =>
        AssertBroken($"a queue of {size} entries", VhostUserRequest.SetVringSize, Words(0, size));

    [Fact]
    public void FeaturesThatWereNotOfferedBreakTheDevice()
    {
        var offered = BitConverter.ToUInt64(Send(VhostUserRequest.GetFeatures, [])!);
        Assert.Equal(Version1, offered & Version1);
        Send(VhostUserRequest.SetFeatures, Number(offered));
        AssertBroken("not offered", VhostUserRequest.SetFeatures, Number(1));
        AssertBroken("not offered", VhostUserRequest.SetProtocolFeatures, Number(ulong.MaxValue));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(26)]
    [InlineData(37)]
    [InlineData(uint.MaxValue)]
    public void AnUnknownRequestBreaksTheDevice(uint request) => AssertBroken("has not offered", (VhostUserRequest)request, new byte[64]);

    [Theory]
    [InlineData((uint)VhostUserRequest.SetVringSize)]
    [InlineData((uint)VhostUserRequest.SetVringBase)]
    [InlineData((uint)VhostUserRequest.SetVringAddress)]
    [InlineData((uint)VhostUserRequest.SetVringEnable)]
    [InlineData((uint)VhostUserRequest.SetVringKick)]
    [InlineData((uint)VhostUserRequest.SetVringCall)]
    [InlineData((uint)VhostUserRequest.GetVringBase)]
    public void AQueueThatIsNotThereOrAPayloadTooShortBreaksTheDevice(uint request)
    {
        AssertBroken("queue 3", (VhostUserRequest)request, [3, .. new byte[39]]);
        AssertBroken("too short", (VhostUserRequest)request, new byte[3]);
    }

    [Theory]
    [InlineData((uint)VhostUserRequest.SetVringKick)]
    [InlineData((uint)VhostUserRequest.SetVringCall)]
    public void ANotifierThatIsNoEventfdBreaksTheDevice(uint request)
    {
        var (one, other) = TestDescriptors.Pair();
        using (one)
        using (other)
        {
            AssertBroken("else than an eventfd", (VhostUserRequest)request, Number(0), TestMemoryFile.Create(8));
            AssertBroken("else than an eventfd", (VhostUserRequest)request, Number(0), TestDescriptors.Duplicate(new SafeFileHandle(one.Handle, false)));
            AssertBroken("without the descriptor", (VhostUserRequest)request, Number(0));
        }
    }

    [Fact]
    public async Task AFullEventfdThatBlocksAgainDoesNotHoldTheDeviceUp()
    {
        using var call = new EventDescriptor();
        SetUp();
        Send(VhostUserRequest.SetVringCall, Number(0), TestDescriptors.Duplicate(call.Handle));
        TestDescriptors.Block(call.Handle);
        TestDescriptors.Write(call.Handle, ulong.MaxValue - 1);

        await Task.Run(() => _backEnd.Interrupt(0)).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void NewNotifiersTakeThePlaceOfTheOld()
    {
        for (var count = 0; count < 100; count++)
        {
            Send(VhostUserRequest.SetVringKick, Number(0), Event());
            Send(VhostUserRequest.SetVringCall, Number(0), Event());
        }

        Assert.Single(_watched);
        Send(VhostUserRequest.SetVringKick, Number(0x100));
        Assert.Empty(_watched);
    }

    [Fact]
    public void TheConfigurationIsTheGuestsId()
    {
        var reply = Send(VhostUserRequest.GetConfig, [.. Words(0, 8), .. new byte[12]])!;
        Assert.Equal(VsockLimits.GuestId, BinaryPrimitives.ReadUInt64LittleEndian(reply.AsSpan(12)));
    }

    [Theory]
    [InlineData(0, 9, 64)]
    [InlineData(8, 1, 64)]
    [InlineData(9, 0, 64)]
    [InlineData(uint.MaxValue, 2, 64)]
    [InlineData(1, uint.MaxValue, 64)]
    [InlineData(0, 8, 19)]
    public void APartOfTheConfigurationThatIsNotThereBreaksTheDevice(uint offset, uint size, int payload) =>
        AssertBroken("of a configuration of 8", VhostUserRequest.GetConfig, [.. Words(offset, size), .. new byte[payload - 8]]);

    [Fact]
    public void DescriptorsThatBelongToNoMessageAreClosed()
    {
        var surplus = Event();
        Send(VhostUserRequest.SetOwner, [], surplus);
        Assert.True(surplus.IsClosed);
    }

    private static byte[] Words(uint first, uint second) => Number(first | ((ulong)second << 32));

    private static byte[] Number(ulong value) => BitConverter.GetBytes(value);

    private static SafeFileHandle Event() => new EventDescriptor().Handle;

    private SafeFileHandle Memory() => TestDescriptors.Duplicate(_guest.Ram.File);

    private byte[] Table(int count)
    {
        List<byte> table = [.. Words((uint)count, 0)];
        for (var index = 0; index < Math.Clamp(count, 0, 16); index++)
        {
            table.AddRange([
                .. Number(GuestRam.GuestBase + ((ulong)index << 32)), .. Number((ulong)_guest.Ram.Length),
                .. Number(GuestRam.MonitorBase + ((ulong)index << 32)), .. Number(0)]);
        }

        return [.. table];
    }

    private void SetUp()
    {
        Send(VhostUserRequest.SetFeatures, Number(Version1 | (7UL << 28)));
        Send(VhostUserRequest.SetMemoryTable, Table(1), Memory());
        foreach (var (queue, index) in new[] { (_guest.Receive, 0u), (_guest.Transmit, 1u) })
        {
            var layout = queue.Layout;
            Send(VhostUserRequest.SetVringSize, Words(index, layout.Size));
            Send(VhostUserRequest.SetVringBase, Words(index, 0));
            Send(VhostUserRequest.SetVringAddress, [.. Words(index, 0), .. Number(layout.DescriptorAddress), .. Number(layout.UsedAddress), .. Number(layout.AvailableAddress), .. Number(0)]);
            Send(VhostUserRequest.SetVringCall, Number(index), Event());
            Send(VhostUserRequest.SetVringKick, Number(index), Event());
            Assert.Null(_backEnd.Queue((int)index));
            Send(VhostUserRequest.SetVringEnable, Words(index, 1));
        }
    }

    private byte[]? Send(VhostUserRequest request, byte[] payload, params SafeFileHandle[] descriptors)
    {
        using var message = new VhostUserMessage(request, VhostUserMessage.Version, payload, descriptors);
        return _backEnd.Handle(message);
    }

    private void AssertBroken(string reason, VhostUserRequest request, byte[] payload, params SafeFileHandle[] descriptors)
    {
        Assert.Contains(reason, Assert.Throws<DeviceBrokenException>(() => Send(request, payload, descriptors)).Message, StringComparison.Ordinal);
        Assert.All(descriptors, descriptor => Assert.True(descriptor.IsClosed));
    }

    private sealed class Nobody : IConnectionHost
    {
        public void Wake(VsockConnection connection) => throw new InvalidOperationException("nobody is connected");

        public ITimer ExpireAfter(VsockConnection connection, TimeSpan delay) => throw new InvalidOperationException("nobody is connected");
    }
}
