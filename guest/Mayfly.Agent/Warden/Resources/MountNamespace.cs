using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>
/// Mounts of this thread's own, and of the threads and programs it starts from then on: what is mounted there nobody else
/// sees, and the kernel removes it with the last of them. What others mount and unmount still arrives, so that nothing of
/// theirs is kept busy by us.
/// </summary>
internal static class MountNamespace
{
    [ThreadStatic]
    private static bool _isOwn;

    /// <summary>Enters it, once.</summary>
    /// <returns>Whether the thread is in it.</returns>
    public static bool TryEnter()
    {
        _isOwn = _isOwn
            || (Libc.Unshare(Linux.CLONE_NEWNS) == 0 && Libc.Mount("none", "/", "none", Linux.MS_REC | Linux.MS_SLAVE, null) == 0);
        return _isOwn;
    }
}
