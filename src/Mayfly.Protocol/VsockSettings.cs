namespace Mayfly.Protocol;

/// <summary>What the agent of a guest with a vsock device is told.</summary>
public sealed record VsockSettings
{
    /// <summary>
    /// The host's port that the agent dials once, when it listens on all of <see cref="VsockPorts"/>: the machine is up.
    /// It sends nothing and closes.
    /// </summary>
    public required uint AnnouncePort { get; init; }
}
