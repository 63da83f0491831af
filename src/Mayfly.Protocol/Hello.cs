namespace Mayfly.Protocol;

/// <summary>
/// The first frame in either direction. The guest sends it as soon as it can serve, which is how the host learns
/// that the machine is up; the host answers with its own. Both then speak the lower of the two versions.
/// </summary>
public sealed record Hello
{
    /// <summary>Newest protocol version the sender speaks.</summary>
    public required int Version { get; init; }

    /// <summary>Oldest protocol version the sender still understands.</summary>
    public required int OldestVersion { get; init; }

    /// <summary>Name and version of the sender's software, for messages only.</summary>
    public string? Software { get; init; }

    /// <summary>Guest only: what <c>uname -r</c> says.</summary>
    public string? KernelRelease { get; init; }

    /// <summary>Guest only: what <c>uname -m</c> says.</summary>
    public string? Architecture { get; init; }

    /// <summary>Guest only: the host name the agent has set. Null from a copy of a frozen machine that is named as it was told to be.</summary>
    public string? HostName { get; init; }

    /// <summary>Guest only: milliseconds from the kernel's start to this frame, from <c>CLOCK_BOOTTIME</c>; in a copy of a frozen machine, to its freezing.</summary>
    public long? UptimeMs { get; init; }

    /// <summary>
    /// Guest only: what the machine lacks of its settings and no command may run without, such as a layer; one sentence.
    /// Null: nothing. The host gives such a machine up.
    /// </summary>
    public string? Failure { get; init; }

    /// <summary>Guest only: things that went wrong on the way up but did not stop it, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get => field ?? []; init; } = [];
}
