using System.Threading.Channels;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Worker;

/// <summary>xUnit's runner of a class, whose tests come one after another.</summary>
internal sealed class WorkerClassRunner(
    ITestClass testClass,
    IReflectionTypeInfo @class,
    IEnumerable<IXunitTestCase> testCases,
    IMessageSink diagnosticMessageSink,
    IMessageBus messageBus,
    ITestCaseOrderer testCaseOrderer,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellationTokenSource,
    IDictionary<Type, object> collectionFixtureMappings,
    ChannelReader<WorkerClassRun> runs)
    : XunitTestClassRunner(testClass, @class, testCases, diagnosticMessageSink, messageBus, testCaseOrderer, aggregator, cancellationTokenSource, collectionFixtureMappings)
{
    /// <inheritdoc/>
    protected override async Task<RunSummary> RunTestMethodsAsync()
    {
        var summary = new RunSummary();
        var constructorArguments = CreateTestClassConstructorArguments();
        await foreach (var (testCase, completion) in runs.ReadAllAsync().ConfigureAwait(false))
        {
            summary.Aggregate(await RunTestMethodAsync(
                testCase.TestMethod, (IReflectionMethodInfo)testCase.TestMethod.Method, [testCase], constructorArguments).ConfigureAwait(false));
            completion.SetResult();
        }

        return summary;
    }
}
