using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Mayfly.Transports.Serial;
using Mayfly.Transports.Vsock;
using Mayfly.Transports.Vsock.VhostUser;
using Microsoft.Extensions.Logging;

namespace Mayfly.Transports;

/// <summary>Makes the host's end of a way in.</summary>
internal static class TransportFactory
{
    /// <summary>Makes it in the sandbox's directory, so that the monitor can connect whenever it likes.</summary>
    /// <param name="transport">What <see cref="TransportPolicy"/> chose.</param>
    /// <param name="directory">The sandbox's directory.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where it reports.</param>
    /// <exception cref="SandboxConfigurationException">It can't be had after all (MAY1010), or the directory's path is too long for a socket (MAY1001).</exception>
    public static ITransport Create(SandboxTransport transport, string directory, TimeProvider timeProvider, ILogger logger) => transport switch
    {
        SandboxTransport.Serial => new SerialTransport(directory),
        SandboxTransport.Vsock => CreateVsock(new VhostUserEndpoint(directory, timeProvider, logger)),
        _ => throw new SandboxConfigurationException(
            ErrorCode.TransportUnavailable,
            $"the transport {TransportName.Of(transport)} is not built in. Use SandboxTransport.Auto (--transport auto)."),
    };

    private static VsockTransport CreateVsock(VhostUserEndpoint endpoint) =>
        new(TransportName.Of(SandboxTransport.Vsock), endpoint, new VhostUserVsockDevice(endpoint.SocketPath));
}
