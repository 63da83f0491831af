namespace Mayfly.Protocol;

/// <summary>
/// Sends a file or a tree as a tar stream (pax) on <see cref="StreamId.Output"/> in the layout of
/// <see cref="PushRequest"/> (root first, named <c>.</c>), then a <see cref="TransferOutcome"/>. Links are sent as
/// links; device nodes, FIFOs and sockets are left out and counted.
/// </summary>
public sealed record PullRequest : Request
{
    /// <summary>Absolute path in the guest. A symbolic link here is followed; links below it are not.</summary>
    public required string Path { get; init; }
}
