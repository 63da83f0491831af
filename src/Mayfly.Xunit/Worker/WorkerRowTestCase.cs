using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Worker;

/// <summary>One row of a theory whose rows are only known when it runs.</summary>
/// <param name="diagnosticMessageSink">For xUnit's diagnostics.</param>
/// <param name="testMethod">The theory.</param>
/// <param name="row">Counted from 0.</param>
internal sealed class WorkerRowTestCase(IMessageSink diagnosticMessageSink, ITestMethod testMethod, int row)
    : XunitTheoryTestCase(diagnosticMessageSink, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, testMethod)
{
    /// <inheritdoc/>
    public override Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink,
        IMessageBus messageBus,
        object[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource) =>
        new WorkerRowRunner(
            this, DisplayName, SkipReason, constructorArguments, diagnosticMessageSink, messageBus, aggregator, cancellationTokenSource, row).RunAsync();

    /// <summary>None: the host keeps the time, and can end what blocks.</summary>
    protected override int GetTimeout(IAttributeInfo factAttribute) => 0;
}
