using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>
/// Writes whole frames to the host; callable from any thread. The input is where the host's frames come from: when its end
/// comes while a frame waits for room, nobody will read that frame.
/// </summary>
internal sealed class FrameWriter(Descriptor input, Descriptor output, AgentEnd end)
{
    /// <summary>The most payload that one write to a virtio-serial port (32 KiB) carries together with its header.</summary>
    public const int DataBytes = (32 * 1024) - FrameHeader.Size;

    private readonly Lock _lock = new();
    private readonly byte[] _buffer = new byte[32 * 1024];

    public void Send(FrameType type, StreamId stream, uint channel, ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            var length = FrameHeader.Size + payload.Length;
            var frame = length <= _buffer.Length ? _buffer : new byte[length];
            new FrameHeader(payload.Length, type, stream, channel).Write(frame);
            payload.CopyTo(frame.AsSpan(FrameHeader.Size));
            Write(frame.AsSpan(0, length));
        }
    }

    /// <summary>Sends a data frame whose payload already lies behind the room for its header: nothing is copied.</summary>
    public void SendData(StreamId stream, uint channel, byte[] frame, int payloadBytes)
    {
        new FrameHeader(payloadBytes, FrameType.Data, stream, channel).Write(frame);
        lock (_lock)
        {
            Write(frame.AsSpan(0, FrameHeader.Size + payloadBytes));
        }
    }

    private unsafe void Write(ReadOnlySpan<byte> bytes)
    {
        // SAFETY: the span is pinned while the kernel copies from within it.
        fixed (byte* start = bytes)
        {
            var written = 0;
            while (written < bytes.Length)
            {
                var count = Libc.Write(output, start + written, (nuint)(bytes.Length - written));
                if (count > 0)
                {
                    written += (int)count;
                    continue;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case Errno.EINTR:
                        break;
                    case Errno.EAGAIN:
                        WaitUntilWritable();
                        break;
                    default:
                        end.HostGone();
                        break;
                }
            }
        }
    }

    private unsafe void WaitUntilWritable()
    {
        // A vsock socket whose peer has closed is neither writable nor hung up while it holds bytes that nobody has read.
        const short Gone = (short)(Linux.EPOLLHUP | Linux.EPOLLERR | Linux.EPOLLRDHUP);
        var watches = stackalloc PollFd[2];
        watches[0] = new PollFd { Descriptor = output.Number, Events = (short)(Linux.EPOLLOUT | Linux.EPOLLRDHUP) };
        watches[1] = new PollFd { Descriptor = input.Number, Events = (short)Linux.EPOLLRDHUP };

        // SAFETY: two structures, written by the kernel during the call.
        if (Libc.Poll(watches, 2, -1) > 0 && ((watches[0].Returned | watches[1].Returned) & Gone) != 0)
        {
            end.HostGone();
        }
    }
}
