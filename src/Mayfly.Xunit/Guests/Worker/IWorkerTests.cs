using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Worker;

/// <summary>A test framework as a worker sees it: runs one test at a time, and keeps fixtures between the tests of a class.</summary>
internal interface IWorkerTests
{
    /// <summary>Runs a test. Returns when it is over, and with the last one its fixtures.</summary>
    Task RunAsync(WorkerRun run, WorkerReplies replies);
}
