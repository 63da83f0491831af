namespace Mayfly.Session.Transfers;

/// <summary>What one pull may bring onto the host. A guest that sends more is refused in the middle of it.</summary>
internal sealed record TransferLimits
{
    public static TransferLimits Default { get; } = new();

    /// <summary>Content of all files together. Default 64 GiB.</summary>
    public ByteSize Content { get; init; } = ByteSize.GiB(64);

    /// <summary>Files, directories and links together. Default one million; each costs some 50 bytes of memory.</summary>
    public int Entries { get; init; } = 1_000_000;
}
