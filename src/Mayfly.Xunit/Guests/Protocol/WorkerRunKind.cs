namespace Mayfly.Xunit.Guests.Protocol;

/// <summary>What a worker is to do.</summary>
internal enum WorkerRunKind : byte
{
    /// <summary>Run a test, whose fixtures stay for the next one.</summary>
    Test = 1,

    /// <summary>Run a test, and end its fixtures.</summary>
    LastTest = 2,

    /// <summary>End the fixtures of the tests before.</summary>
    End = 3,

    /// <summary>Come to rest, so that the machine can be frozen.</summary>
    Settle = 4,

    /// <summary>Close the connection.</summary>
    Close = 5,
}
