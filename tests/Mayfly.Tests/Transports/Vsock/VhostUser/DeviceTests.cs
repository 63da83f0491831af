using System.Collections.Concurrent;
using System.Net.Sockets;
using Mayfly.Native;
using Mayfly.Transports;
using Mayfly.Transports.Vsock.VhostUser;
using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Messages;
using Mayfly.Transports.Vsock.VhostUser.Packets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

public sealed class DeviceTests : IDisposable
{
    private const uint GuestPort = 5001;
    private const uint HostPort = 9000;
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-vsock-");
    private readonly ConcurrentDictionary<uint, DeviceListener> _listeners = new();
    private readonly VsockDevice _device;

    public DeviceTests()
    {
        _device = new VsockDevice(new PrivateUnixSocket(SocketPath, backlog: 1), _listeners, TimeProvider.System, NullLogger.Instance);
    }

    private string SocketPath => Path.Combine(_directory.FullName, "vsock.sock");

    public void Dispose()
    {
        // A device that can't be disposed of would hold the whole run up.
        Assert.True(Task.Run(_device.Dispose).Wait(s_deadline));
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task AGuestAndAnApplicationTalk()
    {
        using var monitor = new FrontEnd(SocketPath);
        monitor.SetUp();
        await using var stream = await OpenAsync(monitor);

        monitor.SendPacket(Packet(PacketOperation.ReadWrite, 4), "ping"u8);
        var buffer = new byte[4];
        await stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(s_deadline);
        await stream.WriteAsync(buffer);
        Assert.Equal("ping"u8.ToArray(), (await monitor.TakePacketAsync()).Payload);
    }

    [Fact]
    public async Task AStoppedQueueGoesOnWhereItWas()
    {
        using var monitor = new FrontEnd(SocketPath);
        monitor.SetUp();
        await using var stream = await OpenAsync(monitor);

        var transmit = BitConverter.ToUInt16(monitor.Ask(VhostUserRequest.GetVringBase, FrontEnd.Words(1, 0)), 4);
        var receive = BitConverter.ToUInt16(monitor.Ask(VhostUserRequest.GetVringBase, FrontEnd.Words(0, 0)), 4);
        Assert.Equal((1, 1), (transmit, receive));
        monitor.SendPacket(Packet(PacketOperation.ReadWrite, 4), "ping"u8);
        monitor.ShareMemory();
        monitor.StartQueue(0, receive);
        monitor.StartQueue(1, transmit);

        var buffer = new byte[4];
        await stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(s_deadline);
        Assert.Equal("ping"u8.ToArray(), buffer);
    }

    [Fact]
    public async Task NewMemoryWhileQueuesRunLosesNothing()
    {
        using var monitor = new FrontEnd(SocketPath);
        monitor.SetUp();
        await using var stream = await OpenAsync(monitor);
        var buffer = new byte[4];
        for (var round = 0; round < 100; round++)
        {
            monitor.SendPacket(Packet(PacketOperation.ReadWrite, 4), "ping"u8);
            monitor.ShareMemory();
            await stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(s_deadline);
        }
    }

    [Fact]
    public async Task ABrokenQueueEndsTheDeviceAndEverybodyHearsWhy()
    {
        using var monitor = new FrontEnd(SocketPath);
        monitor.SetUp();
        await using var stream = await OpenAsync(monitor);
        await using var listener = Listen(HostPort);
        var accepting = listener.AcceptAsync();
        var connecting = Connect();
        var reading = stream.ReadAsync(new byte[1]).AsTask();

        monitor.Guest.Transmit.Offer(ushort.MaxValue);
        monitor.Kick();

        var reason = await _device.Ended.WaitAsync(s_deadline);
        Assert.Contains("descriptor 65535", reason, StringComparison.Ordinal);
        Assert.EndsWith(reason, (await Assert.ThrowsAsync<SandboxVsockException>(() => accepting.WaitAsync(s_deadline))).Message, StringComparison.Ordinal);
        Assert.EndsWith(reason, (await Assert.ThrowsAsync<SandboxVsockException>(() => connecting.WaitAsync(s_deadline))).Message, StringComparison.Ordinal);
        Assert.EndsWith(reason, (await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(s_deadline))).Message, StringComparison.Ordinal);
        Assert.EndsWith(reason, (await Assert.ThrowsAsync<SandboxVsockException>(() => Connect().WaitAsync(s_deadline))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task AMonitorThatGoesAtAnyStageEndsTheDevice(int stage)
    {
        var monitor = new FrontEnd(SocketPath);
        using (monitor)
        {
            Action[] stages =
            [
                () => monitor.Ask(VhostUserRequest.GetFeatures, []),
                () => monitor.Socket.Send(FrontEnd.Message(VhostUserRequest.SetOwner, new byte[8])[..15]),
                () => monitor.Socket.Send(new byte[5]),
                monitor.ShareMemory,
                () => monitor.StartQueue(0),
            ];
            if (stage == 1 || stage == 2)
            {
                stages[stage]();
            }
            else
            {
                Array.ForEach([0, 3, 4], index => (index < stage ? stages[index] : () => { })());
            }
        }

        Assert.Contains("machine has ended", await _device.Ended.WaitAsync(s_deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASecondMonitorIsNotLetIn()
    {
        using var monitor = new FrontEnd(SocketPath);
        monitor.SetUp();
        _ = monitor.Ask(VhostUserRequest.GetFeatures, []);

        Assert.False(File.Exists(SocketPath));
        using var second = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await Assert.ThrowsAnyAsync<SocketException>(() => second.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath)));
        await using var stream = await OpenAsync(monitor);
    }

    [Fact]
    public void AMessageMayComeInManyPieces()
    {
        using var monitor = new FrontEnd(SocketPath);
        foreach (var part in FrontEnd.Message(VhostUserRequest.GetQueueCount, []).Chunk(1))
        {
            monitor.Socket.Send(part);
        }

        Assert.Equal(3UL, BitConverter.ToUInt64(monitor.Answer(VhostUserRequest.GetQueueCount)));
    }

    [Fact]
    public void ManyMessagesMayComeInOnePiece()
    {
        using var monitor = new FrontEnd(SocketPath);
        var asked = FrontEnd.Message(VhostUserRequest.GetQueueCount, []);
        monitor.Socket.Send([.. Enumerable.Repeat(asked, 100).SelectMany(message => message)]);
        for (var count = 0; count < 100; count++)
        {
            Assert.Equal(3UL, BitConverter.ToUInt64(monitor.Answer(VhostUserRequest.GetQueueCount)));
        }
    }

    [Fact]
    public void DescriptorsMayComeWithALaterPiece()
    {
        using var monitor = new FrontEnd(SocketPath);
        using var call = new EventDescriptor();
        var message = FrontEnd.Message(VhostUserRequest.SetVringCall, FrontEnd.Number(0));
        monitor.Socket.Send(message.AsSpan(0, 14));
        Assert.Equal(message.Length - 14, TestDescriptors.Send(monitor.Socket.SafeHandle, message.AsSpan(14), [call.Handle]));
        Assert.Equal(3UL, BitConverter.ToUInt64(monitor.Ask(VhostUserRequest.GetQueueCount, [])));
    }

    [Theory]
    [InlineData(0u, 0)]
    [InlineData(2u, 0)]
    [InlineData(1u, VhostUserMessage.MaxPayloadBytes + 1)]
    [InlineData(1u, -1)]
    public async Task AHeaderThatIsNoneEndsTheDevice(uint flags, int length)
    {
        using var monitor = new FrontEnd(SocketPath);
        var header = FrontEnd.Message(VhostUserRequest.SetOwner, [], flags);
        BitConverter.TryWriteBytes(header.AsSpan(8), length);
        monitor.Socket.Send(header);

        Assert.Contains("which is not vhost-user", await _device.Ended.WaitAsync(s_deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoreDescriptorsThanAnyMessageHasEndTheDevice()
    {
        using var monitor = new FrontEnd(SocketPath);
        using var one = new EventDescriptor();
        var all = Enumerable.Repeat(one.Handle, 40).ToArray();
        TestDescriptors.Send(monitor.Socket.SafeHandle, FrontEnd.Message(VhostUserRequest.SetOwner, []), all);

        Assert.Contains("descriptors", await _device.Ended.WaitAsync(s_deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANotifierThatIsNoEventfdEndsTheDevice()
    {
        using var monitor = new FrontEnd(SocketPath);
        using var file = TestMemoryFile.Create(8);
        monitor.Send(VhostUserRequest.SetVringKick, FrontEnd.Number(0), file);

        Assert.Contains("eventfd", await _device.Ended.WaitAsync(s_deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMonitorThatDoesNotTakeAnswersEndsTheDevice()
    {
        using var monitor = new FrontEnd(SocketPath);
        var asked = FrontEnd.Message(VhostUserRequest.GetQueueCount, []);
        byte[] many = [.. Enumerable.Repeat(asked, 1000).SelectMany(message => message)];
        monitor.Socket.SendTimeout = 60_000;
        try
        {
            for (var count = 0; count < 1000; count++)
            {
                monitor.Socket.Send(many);
            }
        }
        catch (SocketException)
        {
            // The device has gone.
        }

        Assert.Contains("does not take the answer", await _device.Ended.WaitAsync(s_deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMonitorThatNeverStopsTalkingDoesNotKeepTheDeviceFromBeingDisposedOf()
    {
        using var monitor = new FrontEnd(SocketPath);
        byte[] many = [.. Enumerable.Repeat(FrontEnd.Message(VhostUserRequest.SetOwner, []), 10_000).SelectMany(message => message)];
        var started = new TaskCompletionSource();
        var flooding = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    while (true)
                    {
                        monitor.Socket.Send(many);
                        started.TrySetResult();
                    }
                }
                catch (SocketException)
                {
                    // The device has gone, which is what the test waits for.
                }
            },
            TaskCreationOptions.LongRunning);
        await started.Task.WaitAsync(s_deadline);

        await Task.Run(_device.Dispose).WaitAsync(s_deadline);
        await flooding.WaitAsync(s_deadline);
    }

    [Fact]
    public async Task AGuestThatKicksWithoutEndDoesNotKeepTheApplicationOut()
    {
        using var monitor = new FrontEnd(SocketPath);
        monitor.SetUp();
        using var stop = new CancellationTokenSource();
        var kicking = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    monitor.Kick();
                }
            },
            TaskCreationOptions.LongRunning);

        await using var stream = await OpenAsync(monitor);
        await stop.CancelAsync();
        await kicking;
    }

    [Fact]
    public async Task AListenerThatBeginsAsTheDeviceEndsHearsOfIt()
    {
        for (var round = 0; round < 30; round++)
        {
            var directory = Directory.CreateTempSubdirectory("mayfly-vsock-");
            var endpoint = new VhostUserEndpoint(directory.FullName, TimeProvider.System, NullLogger.Instance);
            using var go = new Barrier(2);
            var listening = Task.Run(() =>
            {
                go.SignalAndWait();
                return Enumerable.Range(0, 50).Select(_ => endpoint.Listen(null)).ToList();
            });
            go.SignalAndWait();
            await endpoint.DisposeAsync();
            foreach (var listener in await listening)
            {
                await Assert.ThrowsAsync<SandboxVsockException>(() => listener.AcceptAsync().WaitAsync(s_deadline));
            }

            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task StreamsMayBeReadWrittenDisposedOfAndResetAtOnce()
    {
        using var monitor = new FrontEnd(SocketPath);
        monitor.SetUp();
        await using var listener = Listen(HostPort);
        for (var round = 1u; round <= 300; round++)
        {
            monitor.SendPacket(Packet(PacketOperation.Request) with { SourcePort = round });
            var stream = await listener.AcceptAsync().WaitAsync(s_deadline);
            var patience = (int)(round % 50) * 200;
            Task[] uses =
            [
                Task.Run(() => UseAsync(async () => Assert.NotEqual(-1, await stream.ReadAsync(new byte[100])))),
                Task.Run(() => UseAsync(async () => await stream.WriteAsync(new byte[5000]))),
                Task.Run(() =>
                {
                    Thread.SpinWait(patience);
                    stream.Dispose();
                }),
            ];
            monitor.SendPacket(Packet(PacketOperation.ReadWrite, 1000) with { SourcePort = round }, new byte[1000]);
            monitor.SendPacket(Packet(PacketOperation.ReadWrite, 1000) with { SourcePort = round }, new byte[1000]);
            Thread.SpinWait(patience);
            monitor.SendPacket(Packet(PacketOperation.Reset) with { SourcePort = round });
            while (monitor.Guest.TryTake() is not null)
            {
                monitor.Kick();
            }

            await Task.WhenAll(uses).WaitAsync(s_deadline);
        }

        // What came before this connection has been done by the time it is there.
        monitor.SendPacket(Packet(PacketOperation.Request));
        await using var last = await listener.AcceptAsync().WaitAsync(s_deadline);
        var counted = new TaskCompletionSource<(int, int)>();
        _device.Post(_ => _device.Post(muxer => counted.SetResult((muxer.ConnectionCount, muxer.EndedCount))));
        Assert.Equal((1, 0), await counted.Task.WaitAsync(s_deadline));
    }

    [Fact]
    public void ADeviceThatCannotBeginLeavesNoDescriptors()
    {
        var listener = new PrivateUnixSocket(SocketPath + "2", backlog: 1);
        listener.Dispose();
        var before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (var count = 0; count < 500; count++)
        {
            Assert.Throws<ObjectDisposedException>(() => new VsockDevice(listener, _listeners, TimeProvider.System, NullLogger.Instance));
        }

        Assert.InRange(Directory.GetFileSystemEntries("/proc/self/fd").Length - before, int.MinValue, 500);
    }

    [Fact]
    public async Task DisposalClosesEverythingItHad()
    {
        using var monitor = new FrontEnd(SocketPath);
        monitor.SetUp();
        var stream = await OpenAsync(monitor);
        var reading = stream.ReadAsync(new byte[1]).AsTask();

        _device.Dispose();

        Assert.Contains("disposed of", await _device.Ended, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(s_deadline));
        Assert.Equal(0, monitor.Socket.Receive(new byte[1]));
    }

    private static PacketHeader Packet(PacketOperation operation, uint length = 0) => GuestDriver.Packet(operation, GuestPort, HostPort, length);

    /// <summary>Does it until the stream has ended, one way or the other.</summary>
    private static async Task UseAsync(Func<Task> use)
    {
        try
        {
            while (true)
            {
                await use();
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // As documented.
        }
    }

    private DeviceListener Listen(uint port)
    {
        var listener = new DeviceListener(port, closed => _listeners.TryRemove(new(closed.Port, closed)));
        Assert.True(_listeners.TryAdd(port, listener));
        return listener;
    }

    private async Task<VsockStream> OpenAsync(FrontEnd monitor)
    {
        await using var listener = Listen(HostPort);
        monitor.SendPacket(Packet(PacketOperation.Request));
        Assert.Equal(PacketOperation.Response, (await monitor.TakePacketAsync()).Header.Operation);
        return await listener.AcceptAsync().WaitAsync(s_deadline);
    }

    private Task<VsockStream> Connect()
    {
        var connecting = new TaskCompletionSource<VsockStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        _device.Post(muxer => muxer.Connect(GuestPort, connecting));
        return connecting.Task;
    }
}
