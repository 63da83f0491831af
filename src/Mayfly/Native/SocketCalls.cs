using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mayfly.Native;

/// <summary>Makes sockets of address families that .NET's own constructor refuses.</summary>
internal static partial class SocketCalls
{
    private const int Stream = 1;
    private const int CloseOnExec = 0x80000;

    /// <summary>A stream socket, in no state yet. .NET makes it non-blocking when the first asynchronous call needs that.</summary>
    /// <param name="addressFamily">AF_*, as the kernel numbers it.</param>
    /// <exception cref="IOException">The kernel does not know the family, or a sandbox around this process forbids it.</exception>
    public static Socket OpenStream(ushort addressFamily)
    {
        var descriptor = Open(addressFamily, Stream | CloseOnExec, 0);
        return descriptor >= 0
            ? new Socket(new SafeSocketHandle(descriptor, ownsHandle: true))
            : throw new IOException($"socket() of address family {addressFamily} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Open(int addressFamily, int type, int protocol);
}
