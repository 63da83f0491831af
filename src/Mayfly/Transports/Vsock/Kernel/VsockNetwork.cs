using System.Net.Sockets;
using Mayfly.Native;

namespace Mayfly.Transports.Vsock.Kernel;

/// <summary>
/// The address family that guests are reached in. Real guests need a kernel module; the same code runs over any other
/// stream family whose addresses have the same layout.
/// </summary>
/// <param name="Family">AF_*, as it stands in an address.</param>
/// <param name="Open">Makes an unbound stream socket of it, which .NET calls <see cref="AddressFamily.Unknown"/>.</param>
internal sealed record VsockNetwork(ushort Family, Func<Socket> Open)
{
    /// <summary>
    /// How long the kernel waits for a guest's answer to a request to connect. Its own two seconds are too short for an
    /// emulated guest on a busy host; whoever wants less has a cancellation token.
    /// </summary>
    private const long ConnectTimeoutSeconds = 30;

    /// <summary>SO_VM_SOCKETS_CONNECT_TIMEOUT, in its form of two native words: seconds and microseconds.</summary>
    private const int ConnectTimeoutOption = 6;

    /// <summary>AF_VSOCK.</summary>
    public static VsockNetwork Kernel { get; } = new(VsockAddress.VsockFamily, OpenVsock);

    private static Socket OpenVsock()
    {
        var socket = SocketCalls.OpenStream(VsockAddress.VsockFamily);
        Span<byte> timeout = stackalloc byte[2 * nint.Size];
        timeout.Clear();
        _ = BitConverter.TryWriteBytes(timeout, (nint)ConnectTimeoutSeconds);
        try
        {
            socket.SetRawSocketOption(VsockAddress.VsockFamily, ConnectTimeoutOption, timeout);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
