namespace Mayfly.Protocol;

/// <summary>
/// Receives a tar stream (pax) on <see cref="StreamId.Input"/> and ends with a <see cref="TransferOutcome"/>.
/// The first entry is the root and is named <c>.</c>; every other entry is relative to it, parents before children.
/// A directory root is merged into <see cref="Path"/>; a file or link root becomes <see cref="Path"/> itself, or
/// <c>Path/Name</c> where that is a directory or ends in a slash. Missing parent directories are made.
/// </summary>
public sealed record PushRequest : Request
{
    /// <summary>Absolute path in the guest.</summary>
    public required string Path { get; init; }

    /// <summary>The source's own file name, used where <see cref="Path"/> is a directory and the root is not.</summary>
    public required string Name { get; init; }
}
