using System.Runtime.InteropServices;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Forward;

/// <summary>Listens for programs, and tells the host of each that comes. On the loop's thread.</summary>
internal sealed class ListenChannel : Channel, IEventSource
{
    private const long NoResourcesPauseMs = 500;

    private readonly EventLoop _loop;
    private readonly ChannelLink _link;
    private readonly WaitingConnections _waiting;
    private readonly Descriptor _listener;
    private readonly Watch _watch;
    private readonly HashSet<long> _own = [];
    private LoopTimer? _pause;
    private bool _over;

    private ListenChannel(EventLoop loop, ChannelLink link, WaitingConnections waiting, Descriptor listener)
    {
        _loop = loop;
        _link = link;
        _waiting = waiting;
        _listener = listener;
        _watch = new Watch(loop, listener, Linux.EPOLLIN, this);
        _watch.Start();
    }

    /// <returns>The listener; null where there can't be one and the host has been told.</returns>
    /// <exception cref="ProtocolException">The request makes no sense.</exception>
    public static ListenChannel? Start(EventLoop loop, ChannelLink link, WaitingConnections waiting, ListenRequest request)
    {
        if (request.Port is < 0 or > ushort.MaxValue)
        {
            throw new ProtocolException($"there is no port {request.Port}");
        }

        var errno = GuestSocket.Listen(request.Port, out var listener);
        if (errno == 0)
        {
            link.SendProgress(new ListeningProgress(GuestSocket.LocalPort(listener)));
            return new ListenChannel(loop, link, waiting, listener);
        }

        listener.Dispose();
        link.SendOutcome(new FailedOutcome(
            errno switch
            {
                Errno.EADDRINUSE => FailureCode.InUse,
                Errno.EACCES => FailureCode.Denied,
                _ => FailureCode.Other,
            },
            $"port {request.Port} of the guest can't be listened on: {NativeException.Describe(errno)}"));
        return null;
    }

    public void OnReady(uint events)
    {
        while (!_over && _own.Count < ProtocolLimits.MaxWaitingConnections)
        {
            var socket = GuestSocket.Accept(_listener);
            if (!socket.IsInvalid)
            {
                Announce(socket);
                continue;
            }

            var errno = Marshal.GetLastPInvokeError();
            socket.Dispose();
            switch (errno)
            {
                case Errno.EINTR or Errno.ECONNABORTED:
                    break;
                case Errno.EAGAIN:
                    return;
                default:
                    // Of descriptors or memory there is no more, and no word comes when there is.
                    _watch.Stop();
                    _pause = _loop.After(NoResourcesPauseMs, Resume);
                    return;
            }
        }

        // The rest stays in the kernel's queue until the host has taken one.
        _watch.Stop();
    }

    public override void OnInput(ReadOnlySpan<byte> bytes) => Abort(new FailedOutcome(FailureCode.BadRequest, "a listener takes no input"));

    public override void OnInputEnd()
    {
        // There is none to end.
    }

    public override void OnCredit(StreamId stream, uint bytes)
    {
        // Connections are carried by channels of their own.
    }

    public override void OnControl(Control control)
    {
        if (control is CancelControl)
        {
            End(new ClosedOutcome());
        }
    }

    public override void Abort(FailedOutcome failure) => End(failure);

    private void Announce(Descriptor socket)
    {
        var number = 0L;
        number = _waiting.Add(socket, () => OnTaken(number));
        _own.Add(number);
        _link.SendProgress(new ConnectionProgress(number));
    }

    private void OnTaken(long number)
    {
        _own.Remove(number);
        if (!_over && _pause is null)
        {
            _watch.Start();
        }
    }

    private void Resume()
    {
        _pause = null;
        _watch.Start();
    }

    private void End(Outcome outcome)
    {
        if (_over)
        {
            return;
        }

        _over = true;
        _loop.Cancel(_pause);
        _watch.Stop();
        _listener.Dispose();
        foreach (var number in _own)
        {
            _waiting.Drop(number);
        }

        _link.SendOutcome(outcome);
    }
}
