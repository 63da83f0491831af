using System.Collections.Concurrent;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Loop;

/// <summary>
/// The one thread that owns all pipes, terminals and commands. Other threads reach it through <see cref="Post"/>.
/// </summary>
internal sealed class EventLoop : IEventSource
{
    private const int EventsPerTurn = 64;

    private readonly Descriptor _epoll;
    private readonly Descriptor _wakeUp;
    private readonly Dictionary<ulong, IEventSource> _sources = [];
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly PriorityQueue<LoopTimer, long> _timers = new();
    private ulong _lastToken;

    public EventLoop()
    {
        _epoll = Libc.EpollCreate(Linux.O_CLOEXEC);
        _wakeUp = Libc.EventDescriptor(0, Linux.O_CLOEXEC | Linux.O_NONBLOCK);
        if (_epoll.IsInvalid || _wakeUp.IsInvalid)
        {
            throw NativeException.Last("epoll_create1 or eventfd");
        }

        Add(_wakeUp, Linux.EPOLLIN, this);
    }

    /// <summary>Runs an action on the loop's thread; callable from any thread.</summary>
    public unsafe void Post(Action action)
    {
        _posted.Enqueue(action);
        var one = 1UL;

        // SAFETY: eight bytes of a local; a full counter (EAGAIN) means the loop is about to wake anyway.
        _ = Libc.Write(_wakeUp, (byte*)&one, sizeof(ulong));
    }

    /// <summary>Runs an action once after a delay, on the loop's thread; only that thread may ask.</summary>
    public LoopTimer After(long delayMs, Action action)
    {
        var timer = new LoopTimer(action);
        var now = Environment.TickCount64;
        _timers.Enqueue(timer, delayMs > long.MaxValue - now ? long.MaxValue : now + delayMs);
        return timer;
    }

    public void Cancel(LoopTimer? timer)
    {
        if (timer is not null)
        {
            _timers.Remove(timer, out _, out _);
        }
    }

    public unsafe ulong Add(Descriptor descriptor, uint events, IEventSource source)
    {
        var token = ++_lastToken;
        var change = new EpollEvent { Events = events, Data = token };

        // SAFETY: the kernel copies the structure before the call returns.
        if (Libc.EpollControl(_epoll, Linux.EPOLL_CTL_ADD, descriptor, &change) != 0)
        {
            throw NativeException.Last("epoll_ctl add");
        }

        _sources.Add(token, source);
        return token;
    }

    public unsafe void Remove(Descriptor descriptor, ulong token)
    {
        _sources.Remove(token);
        var unused = default(EpollEvent);

        // SAFETY: the structure is ignored for this operation.
        _ = Libc.EpollControl(_epoll, Linux.EPOLL_CTL_DEL, descriptor, &unused);
    }

    /// <summary>Runs for the life of the machine.</summary>
    public void Run()
    {
        while (true)
        {
            Turn();
        }
    }

    /// <summary>Waits until there is something to do, and does it.</summary>
    public unsafe void Turn()
    {
        var events = stackalloc EpollEvent[EventsPerTurn];

        // SAFETY: the kernel fills at most EventsPerTurn structures.
        var count = Libc.EpollWait(_epoll, events, EventsPerTurn, TimeToNextTimer());
        for (var index = 0; index < count; index++)
        {
            // An earlier source of this turn may have removed this one.
            if (_sources.TryGetValue(events[index].Data, out var source))
            {
                source.OnReady(events[index].Events);
            }
        }

        while (_timers.TryPeek(out var timer, out var due) && due <= Environment.TickCount64)
        {
            _timers.Dequeue();
            timer.Action();
        }
    }

    void IEventSource.OnReady(uint events)
    {
        unsafe
        {
            ulong count;

            // SAFETY: an eventfd hands out exactly eight bytes.
            _ = Libc.Read(_wakeUp, (byte*)&count, sizeof(ulong));
        }

        // What these post in their turn has woken the loop again; the others come first.
        for (var count = _posted.Count; count > 0 && _posted.TryDequeue(out var action); count--)
        {
            action();
        }
    }

    private int TimeToNextTimer() =>
        _timers.TryPeek(out _, out var due) ? (int)Math.Clamp(due - Environment.TickCount64, 0, int.MaxValue) : -1;
}
