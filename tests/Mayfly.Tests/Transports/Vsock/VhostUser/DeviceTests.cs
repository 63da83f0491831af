using System.Net.Sockets;
using Mayfly.Transports;
using Mayfly.Transports.Vsock.VhostUser;
using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Messages;
using Mayfly.Transports.Vsock.VhostUser.Packets;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

public sealed class DeviceTests : DeviceTest
{
    private const uint GuestPort = 5001;
    private const uint HostPort = 9000;

    [Fact]
    public async Task AGuestAndAnApplicationTalk()
    {
        using var monitor = new FrontEnd(SocketPath);
        monitor.SetUp();
        await using var stream = await OpenAsync(monitor);

        monitor.SendPacket(Packet(PacketOperation.ReadWrite, 4), "ping"u8);
        var buffer = new byte[4];
        await stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(Deadline);
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
        await stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(Deadline);
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
            await stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(Deadline);
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

        var reason = await Device.Ended.WaitAsync(Deadline);
        Assert.Contains("descriptor 65535", reason, StringComparison.Ordinal);
        Assert.EndsWith(reason, (await Assert.ThrowsAsync<SandboxVsockException>(() => accepting.WaitAsync(Deadline))).Message, StringComparison.Ordinal);
        Assert.EndsWith(reason, (await Assert.ThrowsAsync<SandboxVsockException>(() => connecting.WaitAsync(Deadline))).Message, StringComparison.Ordinal);
        Assert.EndsWith(reason, (await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Deadline))).Message, StringComparison.Ordinal);
        Assert.EndsWith(reason, (await Assert.ThrowsAsync<SandboxVsockException>(() => Connect().WaitAsync(Deadline))).Message, StringComparison.Ordinal);
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

        Assert.Contains("machine has ended", await Device.Ended.WaitAsync(Deadline), StringComparison.Ordinal);
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
                await Assert.ThrowsAsync<SandboxVsockException>(() => listener.AcceptAsync().WaitAsync(Deadline));
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
            var stream = await listener.AcceptAsync().WaitAsync(Deadline);
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

            await Task.WhenAll(uses).WaitAsync(Deadline);
        }

        // What came before this connection has been done by the time it is there.
        monitor.SendPacket(Packet(PacketOperation.Request));
        await using var last = await listener.AcceptAsync().WaitAsync(Deadline);
        var counted = new TaskCompletionSource<(int, int)>();
        Device.Post(_ => Device.Post(muxer => counted.SetResult((muxer.ConnectionCount, muxer.EndedCount))));
        Assert.Equal((1, 0), await counted.Task.WaitAsync(Deadline));
    }

    [Fact]
    public void ADeviceThatCannotBeginLeavesNoDescriptors()
    {
        var listener = new PrivateUnixSocket(SocketPath + "2", backlog: 1);
        listener.Dispose();
        var before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (var count = 0; count < 500; count++)
        {
            Assert.Throws<ObjectDisposedException>(() => new VsockDevice(listener, Listeners, TimeProvider.System, NullLogger.Instance));
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

        Device.Dispose();

        Assert.Contains("disposed of", await Device.Ended, StringComparison.Ordinal);
        await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Deadline));
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
        var listener = new DeviceListener(port, closed => Listeners.TryRemove(new(closed.Port, closed)));
        Assert.True(Listeners.TryAdd(port, listener));
        return listener;
    }

    private async Task<VsockStream> OpenAsync(FrontEnd monitor)
    {
        await using var listener = Listen(HostPort);
        monitor.SendPacket(Packet(PacketOperation.Request));
        Assert.Equal(PacketOperation.Response, (await monitor.TakePacketAsync()).Header.Operation);
        return await listener.AcceptAsync().WaitAsync(Deadline);
    }

    private Task<VsockStream> Connect()
    {
        var connecting = new TaskCompletionSource<VsockStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        Device.Post(muxer => muxer.Connect(GuestPort, connecting));
        return connecting.Task;
    }
}
