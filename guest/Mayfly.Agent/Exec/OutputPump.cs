using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Exec;

/// <summary>
/// Carries one output of a command to the host as far as the host's credit goes. Once the command has ended it sends
/// what the pipe holds at that moment; what background children write later is read and dropped, so that they go on.
/// </summary>
internal sealed class OutputPump : IEventSource
{
    private const int ReadsPerTurn = 4;

    private readonly ChannelLink _link;
    private readonly StreamId _stream;
    private readonly Descriptor _descriptor;
    private readonly bool _terminal;
    private readonly StreamSource _source;
    private readonly Watch _watch;
    private long _remaining = long.MaxValue;
    private Action? _finished;

    /// <summary>The descriptor does not block, and is the pump's own from here on.</summary>
    public OutputPump(EventLoop loop, ChannelLink link, StreamId stream, Descriptor descriptor, bool terminal)
    {
        _link = link;
        _stream = stream;
        _descriptor = descriptor;
        _terminal = terminal;
        _source = new StreamSource(link, stream, descriptor);
        _watch = new Watch(loop, descriptor, Linux.EPOLLIN, this);
        _watch.Start();
    }

    /// <summary>Whether the host has been told that no more follows.</summary>
    public bool Ended { get; private set; }

    public void Grant(uint bytes)
    {
        _source.Grant(bytes);
        if (_finished is not null)
        {
            Drain();
        }
        else if (!Ended)
        {
            _watch.Start();
        }
    }

    /// <summary>The command is over: sends what is there and calls back.</summary>
    public unsafe void Finish(Action finished)
    {
        if (Ended)
        {
            finished();
            return;
        }

        int held;

        // SAFETY: the kernel stores one int. What a terminal holds can't be counted, but it knows when it is empty.
        _remaining = !_terminal && Libc.DeviceControl(_descriptor, Linux.FIONREAD, &held) == 0 ? held : long.MaxValue;
        _finished = finished;
        Drain();
    }

    /// <summary>The host does not want the rest.</summary>
    public void Abandon()
    {
        if (!Ended)
        {
            End(atEndOfFile: false);
        }
    }

    public void OnReady(uint events)
    {
        for (var turn = 0; turn < ReadsPerTurn; turn++)
        {
            if (Ended)
            {
                if (!Discard())
                {
                    return;
                }
            }
            else if (!Pump())
            {
                return;
            }
        }
    }

    private void Drain()
    {
        while (_source.Credit > 0 && !Ended)
        {
            if (_remaining == 0 || !Pump())
            {
                // Empty before what it held has come: somebody else has read it, or it is a terminal.
                if (!Ended)
                {
                    End(atEndOfFile: false);
                }
            }
        }

        // Without credit the rest waits for a grant; an empty pipe does not.
        if (!Ended && _remaining == 0)
        {
            End(atEndOfFile: false);
        }
    }

    /// <returns>Whether there may be more.</returns>
    private bool Pump()
    {
        if (_source.Credit <= 0)
        {
            _watch.Stop();
            return false;
        }

        var count = _source.Send(_remaining);
        if (count > 0)
        {
            _remaining -= _remaining == long.MaxValue ? 0 : count;
            return true;
        }

        if (StreamSource.IsNothingYet(count))
        {
            return false;
        }

        // A terminal whose last user is gone answers EIO.
        End(atEndOfFile: true);
        return false;
    }

    private void End(bool atEndOfFile)
    {
        Ended = true;
        _link.SendEnd(_stream);
        if (atEndOfFile)
        {
            Close();
        }
        else
        {
            _watch.Start();
        }

        var finished = _finished;
        _finished = null;
        finished?.Invoke();
    }

    private bool Discard()
    {
        var count = _source.Drop();
        if (count <= 0 && !StreamSource.IsNothingYet(count))
        {
            Close();
        }

        return count > 0;
    }

    private void Close()
    {
        _watch.Stop();
        _descriptor.Dispose();
    }
}
