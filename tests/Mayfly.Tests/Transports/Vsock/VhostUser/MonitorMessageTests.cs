using System.Net.Sockets;
using Mayfly.Native;
using Mayfly.Transports.Vsock.VhostUser.Messages;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

/// <summary>What a monitor may say to a device, in which pieces, and what ends it.</summary>
public sealed class MonitorMessageTests : DeviceTest
{
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

        Assert.Contains("which is not vhost-user", await Device.Ended.WaitAsync(Deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoreDescriptorsThanAnyMessageHasEndTheDevice()
    {
        using var monitor = new FrontEnd(SocketPath);
        using var one = new EventDescriptor();
        var all = Enumerable.Repeat(one.Handle, 40).ToArray();
        TestDescriptors.Send(monitor.Socket.SafeHandle, FrontEnd.Message(VhostUserRequest.SetOwner, []), all);

        Assert.Contains("descriptors", await Device.Ended.WaitAsync(Deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANotifierThatIsNoEventfdEndsTheDevice()
    {
        using var monitor = new FrontEnd(SocketPath);
        using var file = TestMemoryFile.Create(8);
        monitor.Send(VhostUserRequest.SetVringKick, FrontEnd.Number(0), file);

        Assert.Contains("eventfd", await Device.Ended.WaitAsync(Deadline), StringComparison.Ordinal);
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

        Assert.Contains("does not take the answer", await Device.Ended.WaitAsync(Deadline), StringComparison.Ordinal);
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
        await started.Task.WaitAsync(Deadline);

        await Task.Run(Device.Dispose).WaitAsync(Deadline);
        await flooding.WaitAsync(Deadline);
    }
}
