using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Worker;

/// <summary>Runs one row of a theory, and leaves out the others.</summary>
internal sealed class WorkerRowRunner(
    IXunitTestCase testCase,
    string displayName,
    string? skipReason,
    object[] constructorArguments,
    IMessageSink diagnosticMessageSink,
    IMessageBus messageBus,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellationTokenSource,
    int row)
    : XunitTheoryTestCaseRunner(testCase, displayName, skipReason, constructorArguments, diagnosticMessageSink, messageBus, aggregator, cancellationTokenSource)
{
    private int _rows;

    /// <inheritdoc/>
    protected override async Task<RunSummary> RunTestAsync()
    {
        var summary = await base.RunTestAsync().ConfigureAwait(false);
        if (_rows <= row && summary.Failed == 0)
        {
            // Data that can't be had has failed already.
            var test = new XunitTest(TestCase, DisplayName);
            MessageBus.QueueMessage(new TestStarting(test));
            MessageBus.QueueMessage(new TestFailed(test, 0, "", new InvalidOperationException(
                $"The data of the theory have {_rows} rows in the guest, and this is number {row + 1} on the host. Rows that xUnit can't serialize are found in the guest by their number: let them depend on nothing that the guest does not have.")));
        }

        return summary;
    }

    /// <inheritdoc/>
    protected override XunitTestRunner CreateTestRunner(
        ITest test,
        IMessageBus messageBus,
        Type testClass,
        object[] constructorArguments,
        MethodInfo testMethod,
        object[] testMethodArguments,
        string skipReason,
        IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource) =>
        _rows++ == row
            ? base.CreateTestRunner(test, messageBus, testClass, constructorArguments, testMethod, testMethodArguments, skipReason, beforeAfterAttributes, aggregator, cancellationTokenSource)
            : new LeftOutTestRunner(test, testClass, constructorArguments, testMethod, testMethodArguments, aggregator, cancellationTokenSource);
}
