using System.Runtime.InteropServices;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Session;

/// <summary>
/// Carries the host's input to a program as fast as the program reads. What does not fit waits here, at most one
/// window, because credit is granted only as bytes go on.
/// </summary>
internal sealed class InputPump : IEventSource
{
    private readonly InputCredit _credit;
    private readonly Descriptor _descriptor;
    private readonly Action _allWritten;
    private readonly Action? _broken;
    private readonly Watch _watch;
    private readonly Queue<byte[]> _waiting = new();
    private int _written;
    private bool _ending;
    private bool _closed;

    /// <summary>
    /// The descriptor does not block, and is the pump's own from here on. <paramref name="allWritten"/> is called
    /// before it closes because the host's input has ended, <paramref name="broken"/> once it has closed because the
    /// program takes no more.
    /// </summary>
    public InputPump(EventLoop loop, ChannelLink link, Descriptor descriptor, Action allWritten, Action? broken = null)
    {
        _credit = new InputCredit(link);
        _descriptor = descriptor;
        _allWritten = allWritten;
        _broken = broken;
        _watch = new Watch(loop, descriptor, Linux.EPOLLOUT, this);
    }

    /// <summary>Whether a write has failed: the program has closed its end before the host's input ended.</summary>
    public bool Failed { get; private set; }

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

    /// <returns>How many bytes are dealt with. Where the program has closed its input, all: they are of no use to anyone.</returns>
    private unsafe int Write(ReadOnlySpan<byte> bytes)
    {
        var done = 0;
        var wasClosed = _closed;
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
                    Failed = true;
                    Close();
                }
            }
        }

        done = _closed ? bytes.Length : done;
        _credit.Consume(done);
        if (_closed && !wasClosed)
        {
            _broken?.Invoke();
        }

        return done;
    }
}
