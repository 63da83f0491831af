namespace Mayfly.Protocol;

/// <summary>
/// Takes a connection that a <see cref="ListenRequest"/> has announced, and carries its bytes as
/// <see cref="ForwardRequest"/> does. A number nobody has announced, or that is gone, is a <see cref="FailedOutcome"/>
/// (<see cref="FailureCode.NotFound"/>).
/// </summary>
public sealed record AcceptRequest : Request
{
    /// <summary>From <see cref="ConnectionProgress.Connection"/>; unique in the session.</summary>
    public required long Connection { get; init; }
}
