using System.Collections.Concurrent;
using Mayfly.Transports.Vsock.VhostUser;
using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Memory;
using Mayfly.Transports.Vsock.VhostUser.Packets;
using Mayfly.Transports.Vsock.VhostUser.Queues;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

/// <summary>A driver, and the device's queues, muxer and connections without its thread: a test turns them itself.</summary>
internal sealed class DeviceHarness : IConnectionHost, IDisposable
{
    private readonly ConcurrentDictionary<uint, DeviceListener> _listeners = new();
    private readonly ConcurrentQueue<VsockConnection> _woken = new();
    private readonly GuestMemory _memory;
    private readonly SplitQueue _receive;
    private readonly SplitQueue _transmit;

    public DeviceHarness(bool eventIndex = true, bool indirect = true)
    {
        _memory = Driver.Ram.Map();
        _receive = new SplitQueue(_memory, Driver.Receive.Layout, 0, eventIndex, indirect);
        _transmit = new SplitQueue(_memory, Driver.Transmit.Layout, 0, eventIndex, indirect);
        Muxer = new VsockMuxer(this, _listeners);
    }

    public GuestDriver Driver { get; } = new();

    public VsockMuxer Muxer { get; }

    /// <summary>Connections that wait for a timer, with it; a test lets them expire.</summary>
    public List<VsockConnection> Expiring { get; } = [];

    public DeviceListener Listen(uint port)
    {
        var listener = new DeviceListener(port, closed => _listeners.TryRemove(new(closed.Port, closed)));
        Assert.True(_listeners.TryAdd(port, listener));
        return listener;
    }

    /// <summary>Moves packets until there are no more to move.</summary>
    public void Turn()
    {
        do
        {
            while (_woken.TryDequeue(out var connection))
            {
                connection.ClearWake();
                Muxer.Settle(connection);
            }

            QueueExchange.Take(_transmit, Muxer, 64);
            _transmit.Publish();
            QueueExchange.Give(_receive, Muxer, 64);
        }
        while (QueueExchange.HasMore(_transmit, _receive, Muxer) || !_woken.IsEmpty);
    }

    /// <summary>Sends a packet as the guest and turns the device.</summary>
    public void Send(PacketHeader header, ReadOnlySpan<byte> payload = default)
    {
        Driver.Send(header, payload);
        Turn();
    }

    /// <summary>What the device has sent since the last look.</summary>
    public List<(PacketHeader Header, byte[] Payload)> Sent()
    {
        var packets = new List<(PacketHeader, byte[])>();
        Turn();
        while (Driver.TryTake() is { } packet)
        {
            packets.Add(packet);
            Turn();
        }

        return packets;
    }

    public void Wake(VsockConnection connection)
    {
        if (connection.TryNoteWake())
        {
            _woken.Enqueue(connection);
        }
    }

    public ITimer ExpireAfter(VsockConnection connection, TimeSpan delay)
    {
        Expiring.Add(connection);
        return new Timer(_ => { }, null, Timeout.Infinite, Timeout.Infinite);
    }

    public void Dispose()
    {
        _memory.Dispose();
        Driver.Dispose();
    }
}
