namespace Mayfly.Protocol;

/// <summary>
/// What makes a copy of a frozen machine one of its own; the payload of a <see cref="FrameType.Wake"/>. The agent takes all
/// of it on before it greets, and so before any command runs. <see cref="WakeFormat"/> has its encoding.
/// </summary>
public sealed record WakeSettings
{
    /// <summary>Bytes of <see cref="Entropy"/>: two keys of the kernel's random generator.</summary>
    public const int EntropyBytes = 64;

    /// <summary>The host name to set.</summary>
    public required string HostName { get; init; }

    /// <summary>Host time at the moment of sending, in milliseconds since 1970-01-01 UTC.</summary>
    public required long UnixTimeMs { get; init; }

    /// <summary>Fresh random bytes for the guest's kernel, <see cref="EntropyBytes"/> of them. Copies have the state of one generator.</summary>
    public required byte[] Entropy { get; init; }

    /// <summary>For <see cref="GuestPaths.MachineId"/>: 32 lower-case hexadecimal digits.</summary>
    public required string MachineId { get; init; }

    /// <summary>What it is given besides. Null: nothing.</summary>
    public WakeParts? Parts { get; init; }
}
