using Mayfly.Native;

namespace Mayfly.Transports.Vsock.VhostUser;

/// <summary>Waits for the notifications of queues.</summary>
internal interface IKickWatcher
{
    /// <summary>Looks at the queue after each kick. The kicks are never read: who shares the descriptor could have that block.</summary>
    /// <returns>False where this descriptor can't be waited for.</returns>
    bool TryWatch(int queue, EventDescriptor kick);

    void Unwatch(EventDescriptor kick);
}
