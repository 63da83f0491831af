using System.Runtime.InteropServices;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Forward;

/// <summary>Stream sockets of this machine's loopback and its file system. None of them blocks.</summary>
internal static unsafe class GuestSocket
{
    private const int Backlog = 128;

    /// <summary>Begins to connect to a port of the loopback, of version 4 or 6 of the protocol.</summary>
    /// <returns>0, or the error number, which may be that of "not yet".</returns>
    public static int Connect(int port, bool version6, out Descriptor socket)
    {
        socket = Create(version6 ? Linux.AF_INET6 : Linux.AF_INET);
        if (socket.IsInvalid)
        {
            return Marshal.GetLastPInvokeError();
        }

        SendAtOnce(socket);
        if (version6)
        {
            var address = InternetAddress6.Loopback(port);
            return Result(Libc.Connect(socket, &address, (uint)sizeof(InternetAddress6)));
        }
        else
        {
            var address = InternetAddress.Loopback(port);
            return Result(Libc.Connect(socket, &address, (uint)sizeof(InternetAddress)));
        }
    }

    /// <inheritdoc cref="Connect(int, bool, out Descriptor)"/>
    public static int Connect(UnixAddress address, out Descriptor socket)
    {
        socket = Create(Linux.AF_UNIX);
        return socket.IsInvalid ? Marshal.GetLastPInvokeError() : Result(Libc.Connect(socket, &address, (uint)sizeof(UnixAddress)));
    }

    /// <summary>How a connection that was not yet made has turned out: 0 or the error number.</summary>
    public static int TakeError(Descriptor socket)
    {
        int errno;
        uint length = sizeof(int);

        // SAFETY: the kernel stores one int.
        return Libc.GetSocketOption(socket, Linux.SOL_SOCKET, Linux.SO_ERROR, &errno, &length) == 0 ? errno : Marshal.GetLastPInvokeError();
    }

    /// <summary>The socket's own port; 0 where it has none.</summary>
    public static int LocalPort(Descriptor socket)
    {
        var address = default(InternetAddress6);
        var length = (uint)sizeof(InternetAddress6);

        // SAFETY: the kernel writes at most the larger structure; both have the port at the same place.
        return Libc.LocalAddress(socket, &address, &length) == 0 && address.Family is Linux.AF_INET or Linux.AF_INET6
            ? InternetAddress.NetworkOrder(address.Port)
            : 0;
    }

    /// <summary>Listens on a port of 127.0.0.1, 0 for one that is free.</summary>
    /// <returns>0 or the error number.</returns>
    public static int Listen(int port, out Descriptor listener)
    {
        listener = Create(Linux.AF_INET);
        if (listener.IsInvalid)
        {
            return Marshal.GetLastPInvokeError();
        }

        var address = InternetAddress.Loopback(port);
        Set(listener, Linux.SOL_SOCKET, Linux.SO_REUSEADDR);

        // SAFETY: the kernel copies the address before the call returns.
        return Result(Libc.Bind(listener, &address, (uint)sizeof(InternetAddress)) != 0 ? -1 : Libc.Listen(listener, Backlog));
    }

    /// <summary>The next connection; invalid where there is none, and the error number tells why.</summary>
    public static Descriptor Accept(Descriptor listener)
    {
        var socket = Libc.Accept(listener, null, null, Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC);
        if (!socket.IsInvalid)
        {
            SendAtOnce(socket);
        }

        return socket;
    }

    /// <summary>Closing the socket shall reset the connection: its end is no end in order.</summary>
    public static void ResetOnClose(Descriptor socket)
    {
        // struct linger: on, and 0 seconds. A Unix socket takes no notice.
        var linger = stackalloc int[2];
        linger[0] = 1;
        linger[1] = 0;

        // SAFETY: the kernel reads the two ints.
        _ = Libc.SetSocketOption(socket, Linux.SOL_SOCKET, Linux.SO_LINGER, linger, 2 * sizeof(int));
    }

    private static Descriptor Create(int family) =>
        Libc.Socket(family, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC | Linux.SOCK_NONBLOCK, 0);

    // What comes from the host is in the pieces its program sent it in; none of them waits for another.
    private static void SendAtOnce(Descriptor socket) => Set(socket, Linux.IPPROTO_TCP, Linux.TCP_NODELAY);

    private static void Set(Descriptor socket, int level, int option)
    {
        var one = 1;

        // SAFETY: the kernel reads one int.
        _ = Libc.SetSocketOption(socket, level, option, &one, sizeof(int));
    }

    private static int Result(int result) => result == 0 ? 0 : Marshal.GetLastPInvokeError();
}
