using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mayfly.Agent.Native;

namespace Mayfly.Tests.Agent;

/// <summary>Two connected sockets: what the agent works on, and what the test holds as the host.</summary>
internal static partial class SocketPair
{
    private const int AddressFamilyUnix = 1;

    public static unsafe (Descriptor Agent, Socket Host) Create()
    {
        var ends = stackalloc int[2];

        // SAFETY: the kernel stores two ints.
        if (Open(AddressFamilyUnix, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC, 0, ends) != 0)
        {
            throw NativeException.Last("socketpair");
        }

        var agent = new Descriptor(ends[0]);
        Assert.Equal(0, Libc.Control(agent, Linux.F_SETFL, Linux.O_NONBLOCK));
        return (agent, new Socket(new SafeSocketHandle(ends[1], ownsHandle: true)));
    }

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    private static unsafe partial int Open(int family, int type, int protocol, int* descriptors);
}
