using Mayfly.Hypervisors;
using Mayfly.Transports.Serial;
using Mayfly.Transports.Vsock;
using Mayfly.Transports.Vsock.Kernel;
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
    public static async Task<ITransport> CreateAsync(SandboxTransport transport, string directory, TimeProvider timeProvider, ILogger logger)
    {
        switch (transport)
        {
            case SandboxTransport.Serial:
                return new SerialTransport(directory);
            case SandboxTransport.Vsock:
                var own = new VhostUserEndpoint(directory, timeProvider, logger);
                return await CreateVsockAsync(transport, own, new VhostUserVsockDevice(own.SocketPath)).ConfigureAwait(false);
            case SandboxTransport.KernelVsock:
                var kernels = KernelVsockEndpoint.Create();
                return await CreateVsockAsync(transport, kernels, new KernelVsockDevice(kernels.ContextId)).ConfigureAwait(false);
            default:
                throw new ArgumentOutOfRangeException(nameof(transport), transport, "not a choice of the policy");
        }
    }

    private static async Task<ITransport> CreateVsockAsync(SandboxTransport transport, IVsockEndpoint endpoint, GuestDevice device)
    {
        try
        {
            return new VsockTransport(TransportName.Of(transport), endpoint, device);
        }
        catch
        {
            await endpoint.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
