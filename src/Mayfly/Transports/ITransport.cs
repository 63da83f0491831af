using Mayfly.Hypervisors;

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

    /// <summary>Waits for the monitor to connect its end. Bytes written before the guest listens are kept for it.</summary>
    Task<Stream> ConnectAsync(CancellationToken cancellationToken);
}
