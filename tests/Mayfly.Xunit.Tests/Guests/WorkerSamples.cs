using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>Runs and messages of every kind.</summary>
internal static class WorkerSamples
{
    public static readonly GuestFailure Failure = new(
        ["System.InvalidOperationException", "System.ArgumentException"], ["outer \u00e4", "inner"], ["   at A.B()", ""], [-1, 0]);

    public static readonly WorkerRun[] Runs =
    [
        new(WorkerRunKind.LastTest, "Xunit.Sdk.XunitTestCase, xunit.execution:abc"),
        new(WorkerRunKind.Test, "a case", 3),
        new WorkerRun(WorkerRunKind.End),
    ];

    public static readonly WorkerMessage[] Messages =
    [
        new(WorkerMessageKind.Starting),
        new(WorkerMessageKind.Output, "a line\n"),
        new(WorkerMessageKind.Console, "\u2603 \ud83d\ude00"),
        new(WorkerMessageKind.Passed, Seconds: 1.25m),
        new(WorkerMessageKind.Failed, Seconds: 0.001m, Failure: Failure),
        new(WorkerMessageKind.Skipped, "no reason"),
        new(WorkerMessageKind.Problem, "the clean-up", Failure: Failure),
        new(WorkerMessageKind.Finished, "/artifacts"),
        new(WorkerMessageKind.Hits, Hits: new GuestHits("Some.Assembly", [1, 70000], [2, 3])),
    ];
}
