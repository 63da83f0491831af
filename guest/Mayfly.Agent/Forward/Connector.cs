using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Forward;

/// <summary>Makes one connection to a program of this machine, without waiting for it.</summary>
internal sealed class Connector : IEventSource
{
    // A program that is slow to accept lets the kernel drop and repeat; not for ever, as its own two minutes would seem.
    private const long LimitMs = 30_000;
    private const long FullQueuePauseMs = 50;

    private readonly EventLoop _loop;
    private readonly ForwardRequest _request;
    private readonly Action<Descriptor> _connected;
    private readonly Action<FailedOutcome> _failed;
    private readonly long _deadline = Environment.TickCount64 + LimitMs;
    private UnixAddress _path;
    private Descriptor? _socket;
    private Watch? _watch;
    private LoopTimer? _timer;
    private bool _version6;

    /// <summary>Calls back once, at once or later: with the connected socket, or with why there is none.</summary>
    /// <exception cref="ProtocolException">The request makes no sense.</exception>
    public Connector(EventLoop loop, ForwardRequest request, Action<Descriptor> connected, Action<FailedOutcome> failed)
    {
        _loop = loop;
        _request = request;
        _connected = connected;
        _failed = failed;
        Check();
    }

    public void Begin()
    {
        _timer = null;
        var errno = _request.Port is { } port
            ? GuestSocket.Connect(port, _version6, out var socket)
            : GuestSocket.Connect(_path, out socket);
        _socket = socket;
        switch (errno)
        {
            case Errno.EINPROGRESS:
                _watch = new Watch(_loop, socket, Linux.EPOLLOUT, this);
                _watch.Start();
                _timer = _loop.After(LimitMs, () => TryNext(Errno.ETIMEDOUT));
                break;

            // The queue of a Unix socket is full, and the kernel does not tell when it no longer is.
            case Errno.EAGAIN when _request.Path is not null && Environment.TickCount64 < _deadline:
                Drop();
                _timer = _loop.After(FullQueuePauseMs, Begin);
                break;
            default:
                Finish(errno);
                break;
        }
    }

    /// <summary>Gives up; nothing is called back any more.</summary>
    public void Stop() => Drop();

    public void OnReady(uint events) => Finish(GuestSocket.TakeError(_socket!));

    private void Check()
    {
        var makesSense = _request switch
        {
            { Port: >= 1 and <= ushort.MaxValue, Path: null } => true,
            { Port: null, Path: ['/', ..] path } => UnixAddress.TryParse(path, out _path),
            _ => false,
        };
        if (!makesSense)
        {
            throw new ProtocolException(
                $"a connection goes to a port (1 to 65535) or to an absolute path of at most {UnixAddress.MaxPathBytes} bytes, not to '{_request.Port}{_request.Path}'");
        }
    }

    private void Finish(int errno)
    {
        // Where nobody listens, a port that the kernel hands out can come to be connected to itself.
        if (errno == 0 && _request.Port == GuestSocket.LocalPort(_socket!))
        {
            GuestSocket.ResetOnClose(_socket!);
            errno = Errno.ECONNREFUSED;
        }

        if (errno != 0)
        {
            TryNext(errno);
            return;
        }

        var socket = _socket!;
        _socket = null;
        Drop();
        _connected(socket);
    }

    private void TryNext(int errno)
    {
        Drop();
        if (_request.Port is not null && !_version6 && errno != Errno.ETIMEDOUT)
        {
            _version6 = true;
            Begin();
            return;
        }

        _failed(Explain(_version6 ? Errno.ECONNREFUSED : errno));
    }

    private void Drop()
    {
        _watch?.Stop();
        _watch = null;
        _socket?.Dispose();
        _socket = null;
        _loop.Cancel(_timer);
        _timer = null;
    }

    private FailedOutcome Explain(int errno)
    {
        var where = _request.Port is { } port ? $"port {port}" : $"'{_request.Path}'";
        return errno switch
        {
            Errno.ECONNREFUSED => new FailedOutcome(FailureCode.Refused, $"nobody listens on {where} in the guest", _request.Path),
            Errno.ENOENT or Errno.ENOTDIR => new FailedOutcome(FailureCode.NotFound, $"{where} does not exist in the guest", _request.Path),
            Errno.EACCES or Errno.EPERM => new FailedOutcome(FailureCode.Denied, $"{where} is not open to the agent: {NativeException.Describe(errno)}", _request.Path),
            Errno.EPROTOTYPE => new FailedOutcome(FailureCode.WrongType, $"{where} is no stream socket", _request.Path),
            Errno.ETIMEDOUT or Errno.EAGAIN => new FailedOutcome(FailureCode.Other, $"{where} has not answered within {LimitMs / 1000} s: its queue of connections is full", _request.Path),
            _ => new FailedOutcome(FailureCode.Other, $"{where} can't be connected to: {NativeException.Describe(errno)}", _request.Path),
        };
    }
}
