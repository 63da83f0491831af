using System.Runtime.InteropServices;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Vsock;

/// <summary>Stream sockets of the AF_VSOCK family.</summary>
internal static unsafe class VsockSocket
{
    private const int Backlog = 128;

    /// <summary>Listens on a port of this machine; <paramref name="flags"/> are those of its type, besides close-on-exec.</summary>
    public static Descriptor Listen(uint port, int flags)
    {
        var listener = Create(flags);
        var address = Address(port, Linux.VMADDR_CID_ANY);

        // SAFETY: the kernel copies the address before the call returns.
        if (listener.IsInvalid
            || Libc.Bind(listener, &address, (uint)sizeof(VsockAddress)) != 0
            || Libc.Listen(listener, Backlog) != 0)
        {
            throw NativeException.Last($"listening on vsock port {port}");
        }

        return listener;
    }

    /// <summary>Takes the next connection; the result is invalid where there is none, and the error number tells why.</summary>
    public static Descriptor Accept(Descriptor listener, int flags, out bool fromHost)
    {
        var peer = default(VsockAddress);
        var length = (uint)sizeof(VsockAddress);

        // SAFETY: the kernel writes at most the structure's size, which it is told.
        var socket = Libc.Accept(listener, &peer, &length, flags | Linux.SOCK_CLOEXEC);
        fromHost = !socket.IsInvalid && peer is { Family: Linux.AF_VSOCK, ContextId: Linux.VMADDR_CID_HOST };
        return socket;
    }

    /// <summary>Connects to a port of the host, and closes that connection.</summary>
    /// <returns>0 or the error number.</returns>
    public static int Dial(uint port)
    {
        using var socket = Create(0);
        var address = Address(port, Linux.VMADDR_CID_HOST);

        // SAFETY: the kernel copies the address before the call returns.
        return !socket.IsInvalid && Libc.Connect(socket, &address, (uint)sizeof(VsockAddress)) == 0
            ? 0
            : Marshal.GetLastPInvokeError();
    }

    private static Descriptor Create(int flags) =>
        Libc.Socket(Linux.AF_VSOCK, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC | flags, 0);

    private static VsockAddress Address(uint port, uint contextId) =>
        new() { Family = Linux.AF_VSOCK, Port = port, ContextId = contextId };
}
