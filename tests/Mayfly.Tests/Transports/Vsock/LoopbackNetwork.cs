using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mayfly.Native;
using Mayfly.Transports.Vsock.Kernel;

namespace Mayfly.Tests.Transports.Vsock;

/// <summary>
/// AF_VSOCK's stand-in on hosts without a guest or a loopback device: an abstract Unix address of 16 bytes has the layout of
/// <c>struct sockaddr_vm</c>, its reserved field being the zero that makes it abstract. So the code that binds, connects,
/// accepts and looks at addresses is the real one, and so are the sockets. A context id or port that stands for any is
/// literal here.
/// </summary>
internal static partial class LoopbackNetwork
{
    private const ushort Unix = 1;
    private const ushort NetLink = 16;
    private const int Raw = 3;
    private const int CloseOnExec = 0x80000;

    public static VsockNetwork Network { get; } = new(Unix, Open);

    /// <summary>The address space is this host's, so tests that run side by side keep out of each other's way.</summary>
    public static uint RandomNumber() => (uint)Random.Shared.NextInt64(1 << 20, uint.MaxValue);

    /// <summary>A listening socket of the guest's.</summary>
    public static Socket ListenInGuest(uint contextId, uint port)
    {
        var socket = Open();
        socket.Bind(new VsockEndPoint(Unix, contextId, port));
        socket.Listen(64);
        return socket;
    }

    /// <summary>A connection from the guest to the host.</summary>
    public static async Task<Peer> DialHostAsync(uint contextId, uint port, uint hostPort)
    {
        var socket = Open();
        socket.Bind(new VsockEndPoint(Unix, contextId, port));
        await socket.ConnectAsync(new VsockEndPoint(Unix, VsockAddress.AnyContextId, hostPort));
        return new Peer(socket);
    }

    /// <summary>
    /// .NET is shown a socket of a family that it does not know, as it does not know AF_VSOCK, and then gets a Unix socket
    /// put under the same descriptor.
    /// </summary>
    private static Socket Open()
    {
        var descriptor = OpenSocket(NetLink, Raw | CloseOnExec, 0);
        var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        Assert.Equal(AddressFamily.Unknown, socket.AddressFamily);
        using var unix = new SafeSocketHandle(OpenSocket(Unix, 1 | CloseOnExec, 0), ownsHandle: true);
        Assert.Equal(descriptor, Duplicate(unix, descriptor, CloseOnExec));
        return socket;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "dup3", SetLastError = true)]
    private static partial int Duplicate(SafeHandle descriptor, nint newDescriptor, int flags);
}
