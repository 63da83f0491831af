namespace Mayfly.Xunit.Guests.Protocol;

/// <summary>One test for a worker to run.</summary>
/// <param name="Case">The test case as the test framework serializes it; empty for a test of the worker's own.</param>
/// <param name="Row">Which of the theory's rows, counted from 0; <see cref="NoRow"/> where the test case is one test.</param>
/// <param name="IsLast">Whether its class and collection fixtures end with it.</param>
internal sealed record WorkerRun(string Case, int Row, bool IsLast)
{
    /// <summary>The test case is one test.</summary>
    public const int NoRow = -1;

    /// <summary>Runs no test, and ends the fixtures of the tests before.</summary>
    public static WorkerRun End { get; } = new("", NoRow, IsLast: true);
}
