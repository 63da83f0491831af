using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mayfly.Native;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

/// <summary>What a front end does with descriptors and the library never does.</summary>
internal static unsafe partial class TestDescriptors
{
    private const int UnixFamily = 1;
    private const int StreamSocket = 1;
    private const int CloseOnExec = 0x80000;
    private const int NoSignal = 0x4000;

    /// <summary>Sends bytes and any number of descriptors beside the first of them. Waits where the socket is full.</summary>
    /// <returns>The number of bytes, or -1.</returns>
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> bytes, ReadOnlySpan<SafeFileHandle> descriptors)
    {
        var whole = 16 + (descriptors.Length * sizeof(int));
        var control = stackalloc byte[whole + 8];
        *(nuint*)control = (nuint)whole;
        *(int*)(control + 8) = 1;
        *(int*)(control + 12) = 1;
        for (var index = 0; index < descriptors.Length; index++)
        {
            ((int*)(control + 16))[index] = (int)descriptors[index].DangerousGetHandle();
        }

        fixed (byte* start = bytes)
        {
            var vector = new DescriptorMessage.Vector { Start = start, Length = (nuint)bytes.Length };
            var message = new DescriptorMessage.Header { Vectors = &vector, VectorCount = 1 };
            if (!descriptors.IsEmpty)
            {
                message.Control = control;
                message.ControlLength = (nuint)whole;
            }

            // SAFETY: the structures point at locals and at the pinned span, with their lengths.
            return (int)SendMessage(socket, &message, NoSignal);
        }
    }

    /// <summary>Two sockets that are connected to each other.</summary>
    public static (Socket One, Socket Other) Pair()
    {
        var pair = stackalloc int[2];

        // SAFETY: the kernel writes two numbers.
        if (SocketPair(UnixFamily, StreamSocket | CloseOnExec, 0, pair) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        return (new Socket(new SafeSocketHandle(pair[0], true)), new Socket(new SafeSocketHandle(pair[1], true)));
    }

    /// <summary>Another descriptor of the same file.</summary>
    public static SafeFileHandle Duplicate(SafeFileHandle file) => Dup(file);

    /// <summary>Takes O_NONBLOCK off, for everybody who shares the file.</summary>
    public static void Block(SafeFileHandle file)
    {
        if (Control(file, 4, 0) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Adds to an eventfd.</summary>
    public static void Write(SafeFileHandle file, ulong count)
    {
        // SAFETY: eight bytes of a local.
        if (DescriptorCalls.Write(file, (byte*)&count, sizeof(ulong)) != sizeof(ulong))
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(SafeHandle socket, DescriptorMessage.Header* message, int flags);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static partial int SocketPair(int domain, int type, int protocol, int* pair);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial SafeFileHandle Dup(SafeFileHandle file);
}
