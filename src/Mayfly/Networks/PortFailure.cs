using System.Net;
using System.Net.Sockets;
using Mayfly.Diagnostics;

namespace Mayfly.Networks;

/// <summary>Explains a port of the host that the monitor could not bind. It does not say why; trying again does.</summary>
internal static class PortFailure
{
    private const int FirstUnprivilegedPort = 1024;

    /// <summary>The error, MAY1012.</summary>
    public static SandboxConfigurationException Explain(PortForward forward)
    {
        var protocol = forward.Protocol == PortProtocol.Udp ? "UDP" : "TCP";
        var (reason, remedy) = Bind(forward) switch
        {
            SocketError.AddressAlreadyInUse or SocketError.Success =>
                ("another program has it", "Take another host port, or 0 for one that is free (PortForward.HostPort, --publish 0:PORT)"),
            SocketError.AccessDenied =>
                ("this user may not have it", $"Take a host port of {FirstUnprivilegedPort} or above, or 0 for one that is free (PortForward.HostPort, --publish 0:PORT)"),
            SocketError.AddressNotAvailable =>
                ($"this host has no address {forward.HostAddress}", "Take one of the host's own, such as 127.0.0.1, or 0.0.0.0 for all of them (PortForward.HostAddress, --publish ADDR:HOST:PORT)"),
            var error => ($"the host says {error}", "Take another host port or address"),
        };
        return new SandboxConfigurationException(
            ErrorCode.PortUnavailable,
            $"the host's {protocol} port {forward.HostPort} at {forward.HostAddress}, which shall lead to the guest's port {forward.GuestPort}, can't be bound: {reason}. {remedy}.");
    }

    private static SocketError Bind(PortForward forward)
    {
        try
        {
            using var socket = forward.Protocol == PortProtocol.Udp
                ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
                : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(forward.HostAddress, forward.HostPort));
            return SocketError.Success;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }
}
