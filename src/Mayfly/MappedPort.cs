using System.Net;

namespace Mayfly;

/// <summary>A forwarded port as it has been bound.</summary>
/// <param name="Protocol">What it speaks.</param>
/// <param name="HostEndPoint">Where the host listens, the port never 0.</param>
/// <param name="GuestPort">Where it leads.</param>
public sealed record MappedPort(PortProtocol Protocol, IPEndPoint HostEndPoint, int GuestPort)
{
    /// <summary>Such as <c>127.0.0.1:40797 -> 80/tcp</c>.</summary>
    public override string ToString() => $"{HostEndPoint} -> {GuestPort}/{(Protocol == PortProtocol.Udp ? "udp" : "tcp")}";
}
