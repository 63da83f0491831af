using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Native;

/// <summary>recvmsg and sendmsg on a Unix socket, where descriptors travel beside the bytes (SCM_RIGHTS).</summary>
internal static unsafe partial class DescriptorMessage
{
    private const int SocketLevel = 1;
    private const int Rights = 1;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int CloseOnExec = 0x40000000;
    private const int ControlTruncated = 0x8;

    /// <summary>struct cmsghdr: a length of the whole in eight bytes, level, type.</summary>
    private const int ControlHeaderBytes = 16;

    /// <summary>The most descriptors that are taken with one piece.</summary>
    public const int MaxDescriptors = 16;

    /// <summary>Reads what is there, without waiting.</summary>
    /// <param name="socket">A Unix stream socket.</param>
    /// <param name="buffer">For the bytes.</param>
    /// <param name="descriptors">Receives the descriptors; they are the caller's from here on, also when this fails.</param>
    /// <returns>The number of bytes; 0 at the end of the stream; -1 where an error number says why not.</returns>
    /// <exception cref="InvalidDataException">The peer sent more descriptors than are taken.</exception>
    public static nint Receive(SafeHandle socket, Span<byte> buffer, List<SafeFileHandle> descriptors)
    {
        const int controlBytes = ControlHeaderBytes + (MaxDescriptors * sizeof(int));
        var control = stackalloc byte[controlBytes];
        fixed (byte* start = buffer)
        {
            var vector = new Vector { Start = start, Length = (nuint)buffer.Length };
            var message = new Header { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = controlBytes };

            // SAFETY: the structures point at locals and at the pinned span, with their lengths.
            var count = Receive(socket, &message, DontWait | CloseOnExec);
            if (count >= 0)
            {
                Collect(control, (int)message.ControlLength, descriptors);
                if ((message.Flags & ControlTruncated) != 0)
                {
                    throw new InvalidDataException($"more than {MaxDescriptors} descriptors came at once");
                }
            }

            return count;
        }
    }

    /// <summary>Writes what the socket takes, without waiting and without SIGPIPE.</summary>
    /// <returns>The number of bytes, or -1 where an error number says why not.</returns>
    public static nint Send(SafeHandle socket, ReadOnlySpan<byte> bytes, SafeHandle? descriptor = null)
    {
        var control = stackalloc byte[ControlHeaderBytes + sizeof(long)];
        fixed (byte* start = bytes)
        {
            var vector = new Vector { Start = start, Length = (nuint)bytes.Length };
            var message = new Header { Vectors = &vector, VectorCount = 1 };
            if (descriptor is not null)
            {
                *(nuint*)control = ControlHeaderBytes + sizeof(int);
                *(int*)(control + 8) = SocketLevel;
                *(int*)(control + 12) = Rights;
                *(int*)(control + ControlHeaderBytes) = (int)descriptor.DangerousGetHandle();
                message.Control = control;
                message.ControlLength = ControlHeaderBytes + sizeof(long);
            }

            // SAFETY: as above; the caller keeps the descriptor open for the call.
            var count = Send(socket, &message, DontWait | NoSignal);
            GC.KeepAlive(descriptor);
            return count;
        }
    }

    /// <summary>Walks the control messages, whose lengths come from our own kernel.</summary>
    private static void Collect(byte* control, int length, List<SafeFileHandle> descriptors)
    {
        for (var offset = 0; offset + ControlHeaderBytes <= length;)
        {
            var whole = (int)*(nuint*)(control + offset);
            if (whole < ControlHeaderBytes || whole > length - offset)
            {
                return;
            }

            if (*(int*)(control + offset + 8) == SocketLevel && *(int*)(control + offset + 12) == Rights)
            {
                for (var at = ControlHeaderBytes; at + sizeof(int) <= whole; at += sizeof(int))
                {
                    descriptors.Add(new SafeFileHandle(*(int*)(control + offset + at), ownsHandle: true));
                }
            }

            offset += (whole + 7) & ~7;
        }
    }

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint Receive(SafeHandle socket, Header* message, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint Send(SafeHandle socket, Header* message, int flags);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Vector
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct msghdr of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Header
    {
        public void* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
