using Mayfly.Diagnostics;

namespace Mayfly;

public sealed partial class Sandbox
{
    /// <summary>The network as it has come up: addresses, and the forwarded ports with what the host has bound.</summary>
    public NetworkReport Network { get; internal init; } = new();

    /// <summary>The host's port that leads to the guest's; of several the first that was asked for.</summary>
    /// <param name="guestPort">A port of <see cref="UserNetwork.Forwards"/>.</param>
    /// <param name="protocol">TCP unless told otherwise.</param>
    /// <returns>1 to 65535, at the <see cref="PortForward.HostAddress"/> that was asked for.</returns>
    /// <exception cref="SandboxConfigurationException">It is not forwarded (MAY1001).</exception>
    public int GetMappedPort(int guestPort, PortProtocol protocol = PortProtocol.Tcp) =>
        Network.Ports.FirstOrDefault(port => port.GuestPort == guestPort && port.Protocol == protocol)?.HostEndPoint.Port
        ?? throw new SandboxConfigurationException(
            ErrorCode.InvalidOption,
            $"the guest's port {guestPort}/{(protocol == PortProtocol.Udp ? "udp" : "tcp")} is not forwarded ({Forwarded()}). Start the sandbox with SandboxOptions.Network = SandboxNetwork.User(new PortForward({guestPort})) (--network user --publish 0:{guestPort}).");

    private string Forwarded() => Network.Ports.Count == 0 ? "no port is" : $"these are: {string.Join(", ", Network.Ports)}";
}
