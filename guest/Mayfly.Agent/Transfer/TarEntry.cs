namespace Mayfly.Agent.Transfer;

/// <summary>One entry of a tar stream. Names are UTF-8, but otherwise unchecked.</summary>
internal sealed record TarEntry
{
    public const byte File = (byte)'0';
    public const byte HardLink = (byte)'1';
    public const byte SymbolicLink = (byte)'2';
    public const byte Directory = (byte)'5';

    public required byte Type { get; init; }

    public required string Name { get; init; }

    /// <summary>What a link points at; empty for anything else.</summary>
    public string Target { get; init; } = "";

    /// <summary>Permission bits with set-user-id, set-group-id and sticky.</summary>
    public uint Mode { get; init; }

    public long Size { get; init; }

    public long ModifiedSeconds { get; init; }

    public uint ModifiedNanoseconds { get; init; }
}
