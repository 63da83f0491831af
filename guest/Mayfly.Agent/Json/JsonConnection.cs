using System.Runtime.InteropServices;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Json;

/// <summary>
/// One connection of the JSON service. It is in one of three states: reading a line, running that line's command, or
/// writing its answer; the next line is read only then, so a peer that does not read holds no more than one answer.
/// </summary>
internal sealed class JsonConnection : IEventSource
{
    /// <summary>The longest line, in bytes.</summary>
    public const int MaxLineBytes = 4 * 1024 * 1024;

    private const int ReadBytes = 32 * 1024;

    // Says of a half-closed peer that it has closed the other half too: by its edges, because its level stays.
    private const uint Departure = Linux.EPOLLRDHUP | Linux.EPOLLET;

    private readonly Descriptor _socket;
    private readonly EventLoop _loop;
    private readonly IChannelFactory _factory;
    private readonly CaptureBudget _budget;
    private readonly string _name;
    private readonly Action _closed;
    private readonly LineReader _lines = new(MaxLineBytes);
    private readonly Watch _readable;
    private readonly Watch _departed;
    private readonly Watch _writable;
    private JsonCommand? _command;
    private ReadOnlyMemory<byte> _unwritten;
    private long _captured;
    private int _requests;
    private bool _closing;

    /// <summary>
    /// The socket does not block, and is the connection's own from here on. <paramref name="closed"/> is called when it
    /// is closed and none of its commands is left.
    /// </summary>
    public JsonConnection(Descriptor socket, EventLoop loop, IChannelFactory factory, CaptureBudget budget, string name, Action closed)
    {
        _socket = socket;
        _loop = loop;
        _factory = factory;
        _budget = budget;
        _name = name;
        _closed = closed;
        _readable = new Watch(loop, socket, Linux.EPOLLIN, this);
        _departed = new Watch(loop, socket, Departure, this);
        _writable = new Watch(loop, socket, Linux.EPOLLOUT | Departure, this);
        _readable.Start();
    }

    public void OnReady(uint events)
    {
        if (_command is not null)
        {
            if (HasDeparted())
            {
                Close();
            }
        }
        else if (!_unwritten.IsEmpty)
        {
            Write();
            ServeLines();
        }
        else
        {
            Read();
            ServeLines();
        }
    }

    private unsafe void Read()
    {
        var buffer = stackalloc byte[ReadBytes];

        // SAFETY: at most ReadBytes go into the buffer, and only what was read is looked at.
        var count = (int)Libc.Read(_socket, buffer, ReadBytes);
        if (count > 0)
        {
            _lines.Feed(new ReadOnlySpan<byte>(buffer, count));
        }
        else if (count == 0)
        {
            _lines.End();
        }
        else if (Marshal.GetLastPInvokeError() is not (Errno.EAGAIN or Errno.EINTR))
        {
            Close();
        }
    }

    /// <summary>Answers lines until one has to be waited for: by its command, its reader or its writer.</summary>
    private void ServeLines()
    {
        while (!_closing && _command is null && _unwritten.IsEmpty)
        {
            switch (_lines.TryTake(out var line))
            {
                case LineKind.Line:
                    Serve(line);
                    break;
                case LineKind.TooLong:
                    Send(JsonResponse.Refuse($"a line of more than {MaxLineBytes} bytes was skipped"));
                    break;
                case LineKind.None when _lines.Ended:
                    Close();
                    break;
                default:
                    _readable.Start();
                    return;
            }
        }
    }

    private void Serve(ReadOnlySpan<byte> line)
    {
        if (line.Trim(" \t\r"u8).IsEmpty)
        {
            return;
        }

        JsonRequest request;
        try
        {
            request = JsonRequestReader.Read(line);
        }
        catch (ProtocolException exception)
        {
            Send(JsonResponse.Refuse(exception.Message));
            return;
        }

        _readable.Stop();
        _departed.Start();
        _requests++;
        _command = new JsonCommand(_loop, _factory, _budget, $"{_name}-{_requests}", request, OnAnswered);
    }

    private void OnAnswered(ReadOnlyMemory<byte> answer)
    {
        _captured = _command!.CapturedBytes;
        _command = null;
        if (_closing)
        {
            ReturnCaptured();
            _closed();
            return;
        }

        _departed.Stop();
        Send(answer);
        ServeLines();
    }

    private void Send(ReadOnlyMemory<byte> answer)
    {
        _unwritten = answer;
        Write();
    }

    private unsafe void Write()
    {
        while (!_unwritten.IsEmpty)
        {
            // SAFETY: the memory is pinned for the call and its length passed along.
            fixed (byte* start = _unwritten.Span)
            {
                var count = Libc.Write(_socket, start, (nuint)_unwritten.Length);
                if (count > 0)
                {
                    _unwritten = _unwritten[(int)count..];
                    continue;
                }
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    _readable.Stop();
                    _writable.Start();
                    return;
                default:
                    Close();
                    return;
            }
        }

        _unwritten = default;
        ReturnCaptured();
        _writable.Stop();
    }

    private void ReturnCaptured()
    {
        _budget.Return(_captured);
        _captured = 0;
    }

    /// <summary>
    /// Whether the peer reads no more. A vsock socket does not report it as a hang-up, and a peer that has only ended
    /// its own sending still wants its answers; writing nothing tells the two apart.
    /// </summary>
    private unsafe bool HasDeparted()
    {
        // SAFETY: no byte is read from the pointer.
        return Libc.Send(_socket, null, 0, 0) < 0 && Marshal.GetLastPInvokeError() is not (Errno.EAGAIN or Errno.EINTR);
    }

    private void Close()
    {
        _closing = true;
        _unwritten = default;
        ReturnCaptured();
        _readable.Stop();
        _departed.Stop();
        _writable.Stop();
        _socket.Dispose();
        if (_command is null)
        {
            _closed();
        }
        else
        {
            _command.Cancel();
        }
    }
}
