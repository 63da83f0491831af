namespace Mayfly.Xunit.Guests.Protocol;

/// <summary>What a worker tells of the test it runs.</summary>
internal enum WorkerMessageKind : byte
{
    /// <summary>The test is about to run, its fixtures are made.</summary>
    Starting = 1,

    /// <summary>It has written to its output helper.</summary>
    Output = 2,

    /// <summary>The process has written to its console.</summary>
    Console = 3,

    /// <summary>The test has passed.</summary>
    Passed = 4,

    /// <summary>It has failed.</summary>
    Failed = 5,

    /// <summary>It has decided not to run.</summary>
    Skipped = 6,

    /// <summary>Something beside the test has failed, such as the disposal of a fixture.</summary>
    Problem = 7,

    /// <summary>All there is to be told of this run has been told.</summary>
    Finished = 8,

    /// <summary>What was passed in an instrumented assembly.</summary>
    Hits = 9,
}
