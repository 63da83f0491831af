using System.Collections.Concurrent;
using Mayfly.Transports.Vsock.VhostUser;
using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Memory;
using Mayfly.Transports.Vsock.VhostUser.Queues;

namespace Mayfly.Tests.Transports.Vsock.VhostUser.Fuzzing;

/// <summary>Queues, packets and connections: an input is up to 16 acts of the guest and the application, and a turn of the device.</summary>
internal sealed class QueueFuzzer : IConnectionHost, IDisposable
{
    /// <summary>More rounds than any input gives work for.</summary>
    private const int MaxRounds = 1000;

    private readonly FuzzedMemory _ram = new();
    private readonly GuestMemory _memory;
    private readonly ConcurrentQueue<VsockConnection> _woken = new();
    private readonly List<VsockConnection> _expiring = [];
    private VsockMuxer? _muxer;
    private FuzzedApplication? _application;
    private FuzzedGuest? _guest;
    private SplitQueue? _receive;
    private SplitQueue? _transmit;

    public QueueFuzzer() => _memory = _ram.Map();

    public long Breaks { get; private set; }

    public long Packets { get; private set; }

    public long Connections { get; private set; }

    public long BytesRead { get; private set; }

    public void Step(FuzzRandom random)
    {
        if (_muxer is null || random.OneIn(2000))
        {
            Restart(random);
        }

        for (var acts = 1 + random.Below(16); acts > 0; acts--)
        {
            Act(random);
        }

        var isChecked = random.OneIn(2);
        if (isChecked)
        {
            _ram.Remember();
        }

        try
        {
            Turn();
        }
        catch (DeviceBrokenException exception)
        {
            Breaks++;
            End(exception.Message);
        }

        if (isChecked)
        {
            _ram.CheckUntouched();
        }

        CheckBounds();
        _guest!.Look();
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
        _expiring.Add(connection);
        return new Timer(_ => { }, null, Timeout.Infinite, Timeout.Infinite);
    }

    public void Dispose()
    {
        End("the fuzzer has ended");
        _memory.Dispose();
        _ram.Dispose();
    }

    private void Restart(FuzzRandom random)
    {
        End("a new device begins");
        _ram.Bytes[..FuzzedMemory.TablesStart].Clear();
        var eventIndex = random.OneIn(2);
        _receive = new SplitQueue(_memory, FuzzedMemory.LayoutOf(FuzzedMemory.ReceiveStart), 0, eventIndex, indirect: true);
        _transmit = new SplitQueue(_memory, FuzzedMemory.LayoutOf(FuzzedMemory.TransmitStart), 0, eventIndex, indirect: true);
        var listeners = new ConcurrentDictionary<uint, DeviceListener>();
        _muxer = new VsockMuxer(this, listeners);
        _application = new FuzzedApplication(_muxer, listeners);
        _guest = new FuzzedGuest(_ram, random);
    }

    private void End(string reason)
    {
        if (_muxer is null)
        {
            return;
        }

        _muxer.Fail(reason);
        _muxer.FailListeners(reason);
        _application!.CheckEnded();
        Connections += _application.Opened;
        BytesRead += _application.Read;
        _application.Dispose();
        _woken.Clear();
        _expiring.Clear();
        _muxer = null;
    }

    private void Act(FuzzRandom random)
    {
        var action = random.Below(32);
        var which = random.Below(1 << 16);
        if (action < 16)
        {
            _guest!.Send();
        }
        else if (action < 24)
        {
            _guest!.GiveBuffer();
        }
        else if (action < 31)
        {
            _application!.Act(random);
        }
        else if (_expiring.Count > 0)
        {
            var connection = _expiring[which % _expiring.Count];
            _expiring.Remove(connection);
            connection.Expire();
            _muxer!.Settle(connection);
        }
    }

    private void Turn()
    {
        var rounds = 0;
        do
        {
            FuzzFailureException.ThrowUnless(rounds++ < MaxRounds, "a turn of the device comes to an end");
            while (_woken.TryDequeue(out var connection))
            {
                connection.ClearWake();
                _muxer!.Settle(connection);
            }

            var before = _transmit!.NextAvailable;
            QueueExchange.Take(_transmit, _muxer!, 64);
            _transmit.Publish();
            QueueExchange.Give(_receive!, _muxer!, 64);
            Packets += (ushort)(_transmit.NextAvailable - before);
        }
        while (QueueExchange.HasMore(_transmit, _receive!, _muxer!));
    }

    private void CheckBounds()
    {
        if (_muxer is null)
        {
            return;
        }

        FuzzFailureException.ThrowUnless(_muxer.ConnectionCount + _muxer.EndedCount <= VsockLimits.MaxConnections, "connections stay within their limit");
        FuzzFailureException.ThrowUnless(_muxer.ResetCount <= VsockLimits.MaxReplies + VsockLimits.MaxConnections, "resets stay within their limit");
        FuzzFailureException.ThrowUnless(_muxer.LineLength <= _muxer.ConnectionCount, "only open connections are in line");
    }
}
