using System.Collections.Concurrent;
using System.Net.Sockets;
using Mayfly.Diagnostics;
using Mayfly.Native;
using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Messages;
using Microsoft.Extensions.Logging;

namespace Mayfly.Transports.Vsock.VhostUser;

// A primer.
//
// The guest's kernel sees a virtio-vsock device (virtio 1.2, section 5.10): packets of a 44-byte header and data travel in
// two virtqueues, rings of buffers in the guest's memory (section 2.7). The device normally is part of the monitor. With
// vhost-user the monitor (the front end) hands it to another process (the back end: us): over a Unix socket come the
// memory, as files to map, the addresses of the queues, and two eventfds for each queue, one on which the driver says
// that it has put buffers there (kick), one on which the back end interrupts the driver (call). From then on packets go
// between guest and back end without the monitor. The protocol is docs/interop/vhost-user.rst in QEMU's source.
//
// Messages/     the front end's messages                      VhostUserBackEnd does what they say
// Memory/       from an address of the guest's to a byte       nothing else touches the guest's memory
// Queues/       rings, descriptors, chains of buffers
// Packets/      the header
// Connections/  a connection and its credit; the muxer between packets and connections; streams for the application
// VsockDevice   the thread that waits for the socket, the kicks and the application, and moves packets

/// <summary>
/// A virtio-vsock device. One thread owns everything that the guest can touch; the application meets it in pipes and a
/// queue of actions. When the guest breaks the device's rules the device stops, with the reason for whoever uses it.
/// </summary>
internal sealed class VsockDevice : IConnectionHost, IKickWatcher, IDisposable
{
    private const int WakeToken = 0;
    private const int ListenerToken = 1;
    private const int FrontEndToken = 2;
    private const int FirstKickToken = 16;

    /// <summary>Packets in one direction before the other, the front end and the application have their turn.</summary>
    private const int PacketsPerTurn = 64;

    /// <summary>
    /// How many of the guest's packets may have been taken without its driver's hearing of it: it only frees their memory
    /// then, and that costs an emulated guest as much as a small packet does. At most a quarter of the queue, too. Packets
    /// to the guest are never held back.
    /// </summary>
    private const int MaxHeldBack = 16;

    /// <summary>And for how long, from the first of them on.</summary>
    private const int MaxHeldBackMs = 4;

    /// <summary>Messages of the front end's before everybody else has a turn.</summary>
    private const int MessagesPerTurn = 32;

    /// <summary>Far longer than a turn. Only a monitor that has broken its notifiers could hold the thread up.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly Epoll _epoll = new();
    private readonly EventDescriptor _wake = new();
    private readonly ConcurrentQueue<Action<VsockMuxer>> _posted = new();
    private readonly ConcurrentQueue<VsockConnection> _woken = new();
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly VsockMuxer _muxer;
    private readonly VhostUserBackEnd _backEnd;
    private readonly Thread _thread;
    private readonly PrivateUnixSocket _listener;
    private VhostUserSocket? _frontEnd;
    private int _heldBack;
    private long _heldBackSince;
    private int _signalled;
    private volatile bool _stopping;

    /// <param name="listener">Where the monitor finds the device, which has it from here on. One monitor is let in.</param>
    /// <param name="listeners">Who listens for connections of the guest's.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where it reports.</param>
    public VsockDevice(
        PrivateUnixSocket listener,
        ConcurrentDictionary<uint, DeviceListener> listeners,
        TimeProvider timeProvider,
        ILogger logger)
    {
        _listener = listener;
        _timeProvider = timeProvider;
        _logger = logger;
        _muxer = new VsockMuxer(this, listeners);
        _backEnd = new VhostUserBackEnd(this);
        _thread = new Thread(Run) { IsBackground = true, Name = "mayfly-vsock" };
        try
        {
            _listener.Socket.Blocking = false;
            if (!_epoll.TryAdd(_wake.Handle, WakeToken) || !_epoll.TryAdd(_listener.Socket.SafeHandle, ListenerToken))
            {
                // A thread that can't be woken could not be ended either.
                throw new IOException("the vsock device's descriptors can't be waited for: too many are by this user (fs.epoll.max_user_watches)");
            }

            _thread.Start();
        }
        catch
        {
            _epoll.Dispose();
            _wake.Dispose();
            throw;
        }
    }

    /// <summary>Completes with the reason when the device has stopped; never faults.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Has the device's thread do something, also when it has stopped: then the muxer says so. Any thread.</summary>
    public void Post(Action<VsockMuxer> action)
    {
        _posted.Enqueue(action);
        Signal();
        if (_ended.Task.IsCompleted)
        {
            DrainPosted();
        }
    }

    public void Wake(VsockConnection connection)
    {
        if (connection.TryNoteWake())
        {
            _woken.Enqueue(connection);
            Signal();
        }
    }

    public ITimer ExpireAfter(VsockConnection connection, TimeSpan delay) => _timeProvider.CreateTimer(
        _ => Post(muxer =>
        {
            connection.Expire();
            muxer.Settle(connection);
        }),
        state: null,
        delay,
        Timeout.InfiniteTimeSpan);

    bool IKickWatcher.TryWatch(int queue, EventDescriptor kick) => _epoll.TryAdd(kick.Handle, FirstKickToken + queue, edge: true);

    void IKickWatcher.Unwatch(EventDescriptor kick) => _epoll.Remove(kick.Handle);

    /// <summary>Stops the device and waits for its thread. Safe to repeat.</summary>
    /// <exception cref="MayflyException">The thread does not end (MAY4001).</exception>
    public void Dispose()
    {
        _stopping = true;
        Signal();
        if (!_thread.Join(EndPatience))
        {
            throw new MayflyException(
                ErrorCode.TeardownIncomplete, $"the vsock device's thread did not end within {EndPatience.TotalSeconds:0} s; it and its descriptors stay until this process ends");
        }
    }

    private void Run()
    {
        var reason = "the sandbox was disposed of";
        try
        {
            var waitMs = -1;
            while (!_stopping && _frontEnd is not { IsAtEnd: true })
            {
                Turn(waitMs);
                waitMs = Exchange() ? 0 : TimeToReturnMs();
            }

            if (!_stopping)
            {
                reason = "the machine has ended";
            }

            Log.VsockEnded(_logger, reason);
        }
        catch (DeviceBrokenException exception)
        {
            reason = $"the vsock device has stopped, because {exception.Message}";
            Log.VsockBroken(_logger, exception.Message);
        }
#pragma warning disable CA1031 // A bug must not take the process with it: the sandbox is lost, and says why.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            reason = $"the vsock device has stopped by an error of its own: {exception.Message}";
            Log.VsockFailed(_logger, exception);
        }

        Stop(reason);
    }

    private void Stop(string reason)
    {
        try
        {
            _muxer.Fail(reason);
            _backEnd.Dispose();
            _frontEnd?.Dispose();
            _listener.Dispose();
            _epoll.Dispose();
        }
#pragma warning disable CA1031 // As above; and whoever waits for the end must hear of it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.VsockFailed(_logger, exception);
        }

        lock (_wake)
        {
            _ended.SetResult(reason);
            _wake.Dispose();
        }

        // Who came before anybody could know.
        _muxer.FailListeners(reason);
        DrainPosted();
    }

    private void Turn(int waitMs)
    {
        var count = _epoll.Wait(waitMs);
        for (var index = 0; index < count; index++)
        {
            switch (_epoll.Token(index))
            {
                case WakeToken:
                    _wake.Clear();
                    break;
                case ListenerToken:
                    Admit();
                    break;
                case FrontEndToken:
                    Converse();
                    break;
                default:
                    // A kick has done its work by waking.
                    break;
            }
        }

        Volatile.Write(ref _signalled, 0);
        Interlocked.MemoryBarrier();
        DrainPosted();
        while (_woken.TryDequeue(out var connection))
        {
            connection.ClearWake();
            _muxer.Settle(connection);
        }
    }

    private void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
        {
            lock (_wake)
            {
                if (!_ended.Task.IsCompleted)
                {
                    _wake.Raise();
                }
            }
        }
    }

    private void DrainPosted()
    {
        lock (_posted)
        {
            while (_posted.TryDequeue(out var action))
            {
                action(_muxer);
            }
        }
    }

    private void Admit()
    {
        Socket accepted;
        try
        {
            accepted = _listener.Socket.Accept();
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.Interrupted)
        {
            return;
        }

        accepted.Blocking = false;
        _frontEnd = new VhostUserSocket(accepted);
        if (!_epoll.TryAdd(_frontEnd.Handle, FrontEndToken))
        {
            throw new IOException("the monitor's connection can't be waited for");
        }

        _epoll.Remove(_listener.Socket.SafeHandle);
        _listener.Dispose();
        Log.VsockConnected(_logger);
    }

    private void Converse()
    {
        // A front end that never stops talking must not keep the device from being disposed of.
        for (var count = 0; count < MessagesPerTurn && _frontEnd!.TryReceive() is { } message; count++)
        {
            using (message)
            {
                Log.VsockMessage(_logger, message.Request);

                // It may stop the queue, which then goes on where the driver thinks that it is.
                ReturnHeldBack();
                if (_backEnd.Handle(message) is { } reply)
                {
                    _frontEnd.Reply(message.Request, reply);
                }
            }
        }
    }

    /// <summary>Moves packets in both directions.</summary>
    /// <returns>Whether there are more that can be moved now.</returns>
    private bool Exchange()
    {
        var transmit = _backEnd.Queue(VhostUserBackEnd.TransmitQueue);
        var receive = _backEnd.Queue(VhostUserBackEnd.ReceiveQueue);
        if (transmit is null || receive is null)
        {
            return false;
        }

        var taken = QueueExchange.Take(transmit, _muxer, PacketsPerTurn);
        _heldBackSince = _heldBack == 0 ? _timeProvider.GetTimestamp() : _heldBackSince;
        _heldBack += taken;
        if (QueueExchange.Give(receive, _muxer, PacketsPerTurn))
        {
            _backEnd.Interrupt(VhostUserBackEnd.ReceiveQueue);
        }

        if (_heldBack >= Math.Min(MaxHeldBack, transmit.Size / 4) || TimeToReturnMs() == 0)
        {
            ReturnHeldBack();
        }

        return QueueExchange.HasMore(transmit, receive, _muxer);
    }

    /// <returns>When <see cref="ReturnHeldBack"/> is due, in milliseconds; -1 for never.</returns>
    private int TimeToReturnMs() => _heldBack == 0
        ? -1
        : Math.Max(0, MaxHeldBackMs - (int)_timeProvider.GetElapsedTime(_heldBackSince).TotalMilliseconds);

    private void ReturnHeldBack()
    {
        if (_heldBack > 0 && _backEnd.Queue(VhostUserBackEnd.TransmitQueue) is { } transmit && transmit.Publish())
        {
            _backEnd.Interrupt(VhostUserBackEnd.TransmitQueue);
        }

        _heldBack = 0;
    }
}
