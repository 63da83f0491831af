namespace Mayfly.Xunit.Guests.Protocol;

/// <summary>One message of a worker's. Which parts it has depends on its kind.</summary>
/// <param name="Kind">What it tells.</param>
/// <param name="Text">The output, the reason of a skip, or where a problem is; else empty.</param>
/// <param name="Seconds">How long a test took that has passed or failed.</param>
/// <param name="Failure">Of a failure or a problem.</param>
/// <param name="Hits">What was passed.</param>
internal sealed record WorkerMessage(WorkerMessageKind Kind, string Text = "", decimal Seconds = 0, GuestFailure? Failure = null, GuestHits? Hits = null);
