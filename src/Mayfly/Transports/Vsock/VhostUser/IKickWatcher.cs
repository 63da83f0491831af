using Mayfly.Native;

namespace Mayfly.Transports.Vsock.VhostUser;

/// <summary>Waits for the notifications of queues.</summary>
internal interface IKickWatcher
{
    /// <returns>False where this descriptor can't be waited for.</returns>
    bool TryWatch(int queue, EventDescriptor kick);

    void Unwatch(EventDescriptor kick);
}
