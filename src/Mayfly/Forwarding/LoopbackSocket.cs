using System.Net;
using System.Net.Sockets;
using Mayfly.Diagnostics;

namespace Mayfly.Forwarding;

/// <summary>A port of 127.0.0.1 that is bound once and stays bound.</summary>
internal static class LoopbackSocket
{
    private const int Backlog = 128;

    /// <summary>Binds and listens.</summary>
    /// <param name="port">0 for one that is free.</param>
    /// <param name="guestEnd">Where it shall lead, for the error, such as <c>port 80</c>.</param>
    /// <exception cref="SandboxConfigurationException">MAY1012.</exception>
    public static Socket Listen(int port, string guestEnd)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            var reason = exception.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "another program has it. Take another host port, or 0 for one that is free",
                SocketError.AccessDenied => "this user may not have it. Take a host port of 1024 or above, or 0 for one that is free",
                var error => $"the host says {error}. Take another host port",
            };
            throw new SandboxConfigurationException(
                ErrorCode.PortUnavailable,
                $"the host's TCP port {port} at 127.0.0.1, which shall lead to the guest's {guestEnd}, can't be bound: {reason}.",
                exception);
        }
    }
}
