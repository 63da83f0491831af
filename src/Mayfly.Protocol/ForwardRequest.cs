namespace Mayfly.Protocol;

/// <summary>
/// Connects to a program in the guest and carries its bytes: <see cref="StreamId.Input"/> to it until end of file (then
/// its socket is shut down for writing), <see cref="StreamId.Output"/> from it. <see cref="ConnectedProgress"/> says that it
/// has answered. Ends with a <see cref="ClosedOutcome"/> once both directions have ended, or with a
/// <see cref="FailedOutcome"/>: <see cref="FailureCode.Refused"/> where nobody listens.
/// </summary>
public sealed record ForwardRequest : Request
{
    /// <summary>A TCP port on the guest's own loopback, 1 to 65535: 127.0.0.1, then ::1. Null: <see cref="Path"/> is given.</summary>
    public int? Port { get; init; }

    /// <summary>A Unix stream socket, absolute. Null: <see cref="Port"/> is given.</summary>
    public string? Path { get; init; }
}
