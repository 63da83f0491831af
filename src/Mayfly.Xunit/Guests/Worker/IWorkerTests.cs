using System.Reflection;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Worker;

/// <summary>A test framework as a worker sees it: runs one test at a time, and keeps fixtures between the tests of a class.</summary>
internal interface IWorkerTests
{
    /// <summary>Takes note of the assembly whose tests will be run. Nothing by default.</summary>
    void Prepare(Assembly assembly)
    {
    }

    /// <summary>Runs a test. Returns when it is over, and with the last one its fixtures.</summary>
    Task RunAsync(WorkerRun run, WorkerReplies replies);
}
