using System.Threading.Channels;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Worker;

/// <summary>xUnit's runner of a collection, for one class whose tests come one after another.</summary>
internal sealed class WorkerCollectionRunner(IXunitTestCase first, ChannelReader<WorkerClassRun> runs, IMessageSink diagnostics, IMessageBus bus)
    : XunitTestCollectionRunner(
        first.TestMethod.TestClass.TestCollection, [first], diagnostics, bus, new DefaultTestCaseOrderer(diagnostics), new ExceptionAggregator(), new CancellationTokenSource())
{
    /// <inheritdoc/>
    protected override Task<RunSummary> RunTestClassAsync(ITestClass testClass, IReflectionTypeInfo @class, IEnumerable<IXunitTestCase> testCases) =>
        new WorkerClassRunner(
            testClass, @class, testCases, DiagnosticMessageSink, MessageBus, TestCaseOrderer, new ExceptionAggregator(Aggregator), CancellationTokenSource, CollectionFixtureMappings, runs).RunAsync();
}
