using Mayfly.Hypervisors;
using Mayfly.Protocol;
using Mayfly.Transports.Vsock;

namespace Mayfly.Transports;

/// <summary>
/// A way into one guest: a device for the machine and, once the guest's end is open, a duplex byte stream to the agent.
/// Made before the machine starts. Disposal removes its sockets and ends a pending connect.
/// </summary>
internal interface ITransport : IAsyncDisposable
{
    /// <summary>Its name for reports, such as <c>serial</c>.</summary>
    string Name { get; }

    /// <summary>What the machine must have.</summary>
    GuestDevice Device { get; }

    /// <summary>What the agent has to know in order to meet the host there; null for the virtio-serial port.</summary>
    VsockSettings? Settings { get; }

    /// <summary>For connections of the user's own; null where there is no vsock.</summary>
    IVsockEndpoint? Vsock { get; }

    /// <summary>Waits for the guest's end: the monitor of a serial port, the agent itself where there is vsock.</summary>
    Task<Stream> ConnectAsync(CancellationToken cancellationToken);
}
