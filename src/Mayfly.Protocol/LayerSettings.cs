namespace Mayfly.Protocol;

/// <summary>
/// A folder of the guest made of read-only layers, each an EROFS image on a disk of its own, and of one writable part above
/// them, in memory.
/// </summary>
public sealed record LayerSettings
{
    /// <summary>Where the guest sees it: an absolute path.</summary>
    public required string GuestPath { get; init; }

    /// <summary>The serial numbers of the disks, the uppermost layer first; at least one.</summary>
    public required IReadOnlyList<string> Disks { get; init; }

    /// <summary>How much may be written there, in bytes; 0 for nothing, which makes it read-only.</summary>
    public long WritableBytes { get; init; }
}
