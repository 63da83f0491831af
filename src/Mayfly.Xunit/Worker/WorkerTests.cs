using System.Reflection;
using Mayfly.Xunit.Guests.Protocol;
using Mayfly.Xunit.Guests.Worker;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Worker;

/// <summary>Runs tests by xUnit's own runners.</summary>
/// <param name="assembly">Whose tests they are.</param>
internal sealed class WorkerTests(Assembly assembly) : IWorkerTests
{
    private readonly IMessageSink _diagnostics = new NullMessageSink();
    private WorkerClass? _class;

    /// <inheritdoc/>
    public Assembly Assembly => assembly;

    /// <inheritdoc/>
    public async Task RunAsync(WorkerRun run, WorkerReplies replies)
    {
        if (run.IsTest)
        {
            var testCase = Deserialize(run);
            _class ??= new WorkerClass(testCase, new WorkerBus(replies), _diagnostics);
            await _class.RunAsync(testCase).ConfigureAwait(false);
        }

        if (run.Kind != WorkerRunKind.Test && _class is not null)
        {
            await _class.DisposeAsync().ConfigureAwait(false);
            _class = null;
        }
    }

    /// <summary>The test case as xUnit would run it.</summary>
    private IXunitTestCase Deserialize(WorkerRun run)
    {
        var (method, row) = WorkerCase.Deserialize(run.Case);
        return run.Row == WorkerRun.NoRow
            ? new WorkerTestCase(_diagnostics, method, row)
            : new WorkerRowTestCase(_diagnostics, method, run.Row);
    }
}
