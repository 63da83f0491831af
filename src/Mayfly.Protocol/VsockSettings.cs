namespace Mayfly.Protocol;

/// <summary>What the agent of a guest with a vsock device is told.</summary>
public sealed record VsockSettings
{
    /// <summary>Digits of <see cref="SessionKey"/>.</summary>
    public const int SessionKeyChars = 64;

    /// <summary>
    /// The host's port that the agent dials once, when it listens on its <see cref="VsockPorts"/>: the machine is up.
    /// It sends nothing and closes.
    /// </summary>
    public required uint AnnouncePort { get; init; }

    /// <summary>
    /// What the host sends first on the session's connection: <see cref="SessionKeyChars"/> hexadecimal digits of secret
    /// randomness. The context id of the host is that of all its users where its kernel provides the device.
    /// </summary>
    public required string SessionKey { get; init; }

    /// <summary>Whether <see cref="VsockPorts.Json"/> is served, which anybody may use who can dial the guest.</summary>
    public bool ServesJson { get; init; }
}
