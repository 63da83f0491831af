using System.Net;

namespace Mayfly;

/// <summary>
/// A port of the host that leads to one of the guest, for <see cref="SandboxNetwork.User"/>. The host's is bound before the
/// guest boots and until the sandbox is gone.
/// </summary>
/// <param name="GuestPort">Where a program in the guest listens: 1 to 65535.</param>
/// <param name="HostPort">The host's port; 0, the default, for one that is free, which <see cref="Sandbox.GetMappedPort"/> then tells.</param>
public sealed record PortForward(int GuestPort, int HostPort = 0)
{
    /// <summary>
    /// The host's own IPv4 address to listen on. Default 127.0.0.1, which only programs of this host reach;
    /// <see cref="IPAddress.Any"/> lets others in.
    /// </summary>
    public IPAddress HostAddress { get; init; } = IPAddress.Loopback;

    /// <summary>TCP unless told otherwise.</summary>
    public PortProtocol Protocol { get; init; }
}
