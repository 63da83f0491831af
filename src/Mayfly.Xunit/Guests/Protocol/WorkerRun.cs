namespace Mayfly.Xunit.Guests.Protocol;

/// <summary>Something for a worker to do.</summary>
/// <param name="Kind">What.</param>
/// <param name="Case">The test case as the test framework serializes it; empty where there is none.</param>
/// <param name="Row">Which of the theory's rows, counted from 0; <see cref="NoRow"/> where the test case is one test.</param>
internal sealed record WorkerRun(WorkerRunKind Kind, string Case = "", int Row = WorkerRun.NoRow)
{
    /// <summary>The test case is one test.</summary>
    public const int NoRow = -1;

    /// <summary>Whether it is a test.</summary>
    public bool IsTest => Kind is WorkerRunKind.Test or WorkerRunKind.LastTest;
}
