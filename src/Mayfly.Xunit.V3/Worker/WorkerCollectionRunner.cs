using System.Threading.Channels;
using Xunit.v3;

namespace Mayfly.Xunit.Worker;

/// <summary>xUnit's runner of a collection, for one class whose tests come one after another.</summary>
/// <param name="runs">The tests.</param>
internal sealed class WorkerCollectionRunner(ChannelReader<WorkerClassRun> runs) : XunitTestCollectionRunner
{
    /// <inheritdoc/>
    protected override ValueTask<RunSummary> RunTestClass(XunitTestCollectionRunnerContext ctxt, IXunitTestClass? testClass, IReadOnlyCollection<IXunitTestCase> testCases) =>
        new WorkerClassRunner(runs).Run(
            testClass!, testCases, ctxt.ExplicitOption, ctxt.MessageBus, ctxt.TestCaseOrderer, ctxt.Aggregator.Clone(), ctxt.CancellationTokenSource, ctxt.CollectionFixtureMappings);
}
