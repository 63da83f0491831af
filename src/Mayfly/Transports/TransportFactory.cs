using System.Net.Sockets;
using Mayfly.Diagnostics;
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
        try
        {
            return await MakeAsync(transport, directory, timeProvider, logger).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or SocketException or UnauthorizedAccessException)
        {
            throw new SandboxConfigurationException(
                ErrorCode.TransportUnavailable,
                $"the transport {TransportName.Of(transport)} can't be had: {exception.Message}. The likely cause is a limit of this host (open files, disk space); or take another one: SandboxTransport.Serial (--transport serial) needs least.",
                exception);
        }
    }

    private static async Task<ITransport> MakeAsync(SandboxTransport transport, string directory, TimeProvider timeProvider, ILogger logger)
    {
        switch (transport)
        {
            case SandboxTransport.Serial:
                return new SerialTransport(directory);
            case SandboxTransport.Vsock:
                var own = new VhostUserEndpoint(directory, timeProvider, logger);
                return await CreateVsockAsync(transport, own, new VhostUserVsockDevice(own.SocketPath), isPrivate: true).ConfigureAwait(false);
            case SandboxTransport.KernelVsock:
                var kernels = KernelVsockEndpoint.Create();
                return await CreateVsockAsync(transport, kernels, new KernelVsockDevice(kernels.ContextId), isPrivate: false).ConfigureAwait(false);
            default:
                throw new ArgumentOutOfRangeException(nameof(transport), transport, "not a choice of the policy");
        }
    }

    private static async Task<ITransport> CreateVsockAsync(SandboxTransport transport, IVsockEndpoint endpoint, GuestDevice device, bool isPrivate)
    {
        try
        {
            return new VsockTransport(TransportName.Of(transport), endpoint, device, isPrivate);
        }
        catch
        {
            await endpoint.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
