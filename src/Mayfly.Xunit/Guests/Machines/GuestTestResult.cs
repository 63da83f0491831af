using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Machines;

/// <summary>What a worker has told of a test.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Seconds">How long it took in the guest.</param>
/// <param name="Failure">What it threw, where it failed.</param>
/// <param name="SkipReason">Why it did not run, where it was skipped.</param>
/// <param name="Problems">What failed beside it, such as the disposal of a fixture, with where.</param>
internal sealed record GuestTestResult(
    GuestTestOutcome Outcome, decimal Seconds, GuestFailure? Failure, string SkipReason, IReadOnlyList<(string Where, GuestFailure Failure)> Problems)
{
    /// <summary>Whether it has left files that are to come back.</summary>
    public bool HasArtifacts { get; init; }

    /// <summary>What makes the test fail: what it threw, else the first failure beside it; null for nothing.</summary>
    public GuestFailure? Complaint => this switch
    {
        { Outcome: GuestTestOutcome.Failed } => Failure,
        { Problems: [var (where, problem), ..] } => problem with { Messages = [$"{where} failed in the guest: {problem.Messages[0]}", .. problem.Messages[1..]] },
        _ => null,
    };
}
