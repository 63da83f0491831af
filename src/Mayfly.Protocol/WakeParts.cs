namespace Mayfly.Protocol;

/// <summary>What some copies of a frozen machine are given besides their identity.</summary>
public sealed record WakeParts
{
    /// <summary>Files of this machine's own, such as the keys of its SSH server.</summary>
    public IReadOnlyList<WakeFile> Files { get => field ?? []; init; } = [];

    /// <summary>The SSH server to start. Null: none.</summary>
    public SshSettings? Ssh { get; init; }

    /// <summary>The layers to mount that the copied machine did not have mounted.</summary>
    public IReadOnlyList<LayerSettings> Layers { get => field ?? []; init; } = [];
}
