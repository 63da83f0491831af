using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden;

/// <summary>The session that a role on the host has of its own.</summary>
internal static class HostSession
{
    /// <summary>
    /// Leaves the owner's: its terminal is not ours, a polite end of ours would leave the work half done, and nobody need
    /// listen to what we say.
    /// </summary>
    public static void Leave()
    {
        _ = Libc.NewSession();
        foreach (var signal in (ReadOnlySpan<int>)[Linux.SIGHUP, Linux.SIGINT, Linux.SIGTERM, Linux.SIGPIPE])
        {
            _ = Libc.Signal(signal, Linux.SIG_IGN);
        }
    }
}
