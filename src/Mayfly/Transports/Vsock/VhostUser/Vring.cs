using Mayfly.Native;
using Mayfly.Transports.Vsock.VhostUser.Queues;

namespace Mayfly.Transports.Vsock.VhostUser;

/// <summary>One of the device's queues as the front end sets it up, piece by piece.</summary>
internal sealed class Vring : IDisposable
{
    /// <summary>Size and addresses; the addresses are zero until they are known.</summary>
    public SplitQueueLayout Layout { get; set; }

    /// <summary>Where to go on when it starts.</summary>
    public ushort NextAvailable { get; set; }

    /// <summary>The driver's notifications.</summary>
    public EventDescriptor? Kick { get; set; }

    /// <summary>The driver's interrupt.</summary>
    public EventDescriptor? Call { get; set; }

    public bool IsEnabled { get; set; }

    /// <summary>The running queue; null while it is stopped.</summary>
    public SplitQueue? Queue { get; set; }

    public bool CanStart => IsEnabled && Kick is not null && Layout is { DescriptorAddress: not 0, IsSizeValid: true };

    public void Stop()
    {
        NextAvailable = Queue?.NextAvailable ?? NextAvailable;
        Queue = null;
    }

    public void Dispose()
    {
        Kick?.Dispose();
        Call?.Dispose();
    }
}
