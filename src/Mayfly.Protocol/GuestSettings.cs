using System.Text.Json.Serialization;

namespace Mayfly.Protocol;

/// <summary>
/// What one sandbox's agent is told at boot, as JSON in <see cref="GuestPaths.Settings"/>: a second cpio archive
/// behind the shared initramfs carries it, so no image is ever modified.
/// </summary>
public sealed record GuestSettings
{
    /// <summary>The host name to set.</summary>
    public required string HostName { get; init; }

    /// <summary>Host time at start in milliseconds since 1970-01-01 UTC, to set the clock from. Null: leave it alone.</summary>
    public long? UnixTimeMs { get; init; }

    /// <summary>The session comes over vsock, in this way. Null: over the virtio-serial port <see cref="GuestPaths.SessionPort"/>.</summary>
    public VsockSettings? Vsock { get; init; }

    /// <summary>The network card to set up. Null: there is none.</summary>
    public NetworkSettings? Network { get; init; }

    /// <summary>The SSH server to start. Null: none.</summary>
    public SshSettings? Ssh { get; init; }

    /// <summary>Whether the machine has disks, so that <see cref="GuestPaths.DiskModules"/> are loaded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasDisks { get; init; }

    /// <summary>For <see cref="GuestPaths.MachineId"/>: 32 lower-case hexadecimal digits. Null: leave what is there.</summary>
    public string? MachineId { get; init; }

    /// <summary>The layers to mount. Null: none.</summary>
    public IReadOnlyList<LayerSettings>? Layers { get; init; }
}
