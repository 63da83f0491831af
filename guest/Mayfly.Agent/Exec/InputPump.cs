using System.Runtime.InteropServices;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;

namespace Mayfly.Agent.Exec;

/// <summary>
/// Carries the host's input to a command as fast as the command reads. What does not fit waits here, at most one
/// window, because credit is granted only as bytes go on.
/// </summary>
internal sealed class InputPump : IEventSource
{
    private readonly InputCredit _credit;
    private readonly Descriptor _descriptor;
    private readonly Action _allWritten;
    private readonly Watch _watch;
    private readonly Queue<byte[]> _waiting = new();
    private int _written;
    private bool _ending;
    private bool _closed;

    /// <summary>
    /// The descriptor does not block, and is the pump's own from here on. <paramref name="allWritten"/> is called
    /// before it closes because the host's input has ended.
    /// </summary>
    public InputPump(EventLoop loop, ChannelLink link, Descriptor descriptor, Action allWritten)
    {
        _credit = new InputCredit(link);
        _descriptor = descriptor;
        _allWritten = allWritten;
        _watch = new Watch(loop, descriptor, Linux.EPOLLOUT, this);
    }

    /// <returns>False where the host sent more than it was granted, or after its own end of input.</returns>
    public bool TryTake(ReadOnlySpan<byte> bytes)
    {
        if (_ending || !_credit.TryReceive(bytes.Length))
        {
            return false;
        }

        if (_waiting.Count == 0)
        {
            bytes = bytes[Write(bytes)..];
        }

        if (!bytes.IsEmpty)
        {
            _waiting.Enqueue(bytes.ToArray());
            _watch.Start();
        }

        return true;
    }

    public void End()
    {
        _ending = true;
        if (_waiting.Count == 0)
        {
            Finish();
        }
    }

    /// <summary>Nobody reads any more. What waits counts as taken, so that the host can send the rest of its input.</summary>
    public void Close()
    {
        if (!_closed)
        {
            _closed = true;
            _watch.Stop();
            foreach (var bytes in _waiting)
            {
                _credit.Consume(bytes.Length);
            }

            _waiting.Clear();
            _descriptor.Dispose();
        }
    }

    public void OnReady(uint events)
    {
        while (_waiting.TryPeek(out var bytes))
        {
            _written += Write(bytes.AsSpan(_written));
            if (_closed || _written < bytes.Length)
            {
                return;
            }

            _written = 0;
            _ = _waiting.Dequeue();
        }

        _watch.Stop();
        if (_ending)
        {
            Finish();
        }
    }

    private void Finish()
    {
        if (!_closed)
        {
            _allWritten();
            Close();
        }
    }

    /// <returns>How many bytes are dealt with. Where the command has closed its input, all: they are of no use to anyone.</returns>
    private unsafe int Write(ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        while (!_closed && done < bytes.Length)
        {
            // SAFETY: the span is pinned for the call and its length passed along.
            fixed (byte* start = bytes)
            {
                var count = Libc.Write(_descriptor, start + done, (nuint)(bytes.Length - done));
                if (count >= 0)
                {
                    done += (int)count;
                }
                else if (Marshal.GetLastPInvokeError() == Errno.EAGAIN)
                {
                    break;
                }
                else
                {
                    Close();
                }
            }
        }

        done = _closed ? bytes.Length : done;
        _credit.Consume(done);
        return done;
    }
}
