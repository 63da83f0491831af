using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>A descriptor whose bytes go to the host as far as the host's credit goes. On the loop's thread.</summary>
internal sealed unsafe class StreamSource(ChannelLink link, StreamId stream, Descriptor descriptor)
{
    // The loop's thread is the only one that reads, and a frame is on its way before the next is read.
    private static readonly byte[] _frame = GC.AllocateUninitializedArray<byte>(FrameHeader.Size + FrameWriter.DataBytes, pinned: true);

    /// <summary>What the host still takes, in bytes.</summary>
    public long Credit { get; private set; } = ProtocolLimits.WindowBytes;

    public void Grant(uint bytes) => Credit += bytes;

    /// <summary>Reads once, at most as much as there is credit for, and sends it.</summary>
    /// <returns>How many bytes; 0 at the end; the negative error number, which may be that of "nothing yet".</returns>
    public int Send(long most)
    {
        var count = Read((nuint)Math.Min(Math.Min(Credit, most), FrameWriter.DataBytes));
        if (count > 0)
        {
            Credit -= count;
            link.SendData(stream, _frame, count);
        }

        return count;
    }

    /// <summary>Reads once, for nobody; results as for <see cref="Send"/>.</summary>
    public int Drop() => Read(FrameWriter.DataBytes);

    /// <summary>Whether a result says that there is nothing to read at present.</summary>
    public static bool IsNothingYet(int result) => result is -Errno.EAGAIN or -Errno.EINTR;

    private int Read(nuint most)
    {
        // SAFETY: the array is pinned for its life and holds a header and DataBytes.
        var start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_frame, FrameHeader.Size);
        var count = (int)Libc.Read(descriptor, start, most);
        return count >= 0 ? count : -Marshal.GetLastPInvokeError();
    }
}
