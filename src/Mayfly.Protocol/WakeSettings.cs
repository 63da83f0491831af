namespace Mayfly.Protocol;

/// <summary>
/// What makes a copy of a frozen machine one of its own; the payload of a <see cref="FrameType.Wake"/>. The agent takes all
/// of it on before it greets, and so before any command runs.
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

    /// <summary>Files of this machine's own, such as the keys of its SSH server.</summary>
    public IReadOnlyList<WakeFile> Files { get => field ?? []; init; } = [];

    /// <summary>The SSH server to start. Null: none.</summary>
    public SshSettings? Ssh { get; init; }

    /// <summary>The layers to mount that the copied machine did not have mounted.</summary>
    public IReadOnlyList<LayerSettings> Layers { get => field ?? []; init; } = [];
}
