namespace Mayfly.Protocol;

/// <summary>
/// The vsock ports of the guest that the agent listens on. It serves the host only: a peer with another context id than 2
/// is turned away.
/// </summary>
public static class VsockPorts
{
    /// <summary>
    /// The session. Below 1024, so that only root in the guest could take it; and the agent has it before any other
    /// program runs.
    /// </summary>
    public const uint Session = 1000;

    /// <summary>Newline-delimited JSON, one request or response a line.</summary>
    public const uint Json = 5000;
}
