using System.Reflection;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Worker;

/// <summary>A test framework as a worker sees it: runs one test at a time, and keeps fixtures between the tests of a class.</summary>
internal interface IWorkerTests
{
    /// <summary>Whose tests they are.</summary>
    Assembly Assembly { get; }

    /// <summary>Runs a test, or ends the fixtures of those before. Returns when it is over, and with the last one its fixtures are.</summary>
    Task RunAsync(WorkerRun run, WorkerReplies replies);
}
