using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>A fact, or one row of a theory.</summary>
internal sealed class SandboxTestCase : XunitTestCase
{
    /// <summary>For the deserializer.</summary>
    [Obsolete("Called by the de-serializer")]
    public SandboxTestCase()
    {
    }

    public SandboxTestCase(
        IMessageSink diagnosticMessageSink,
        TestMethodDisplay defaultMethodDisplay,
        TestMethodDisplayOptions defaultMethodDisplayOptions,
        ITestMethod testMethod,
        object[]? testMethodArguments = null)
        : base(diagnosticMessageSink, defaultMethodDisplay, defaultMethodDisplayOptions, testMethod, testMethodArguments)
    {
    }

    /// <inheritdoc/>
    public override async Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink,
        IMessageBus messageBus,
        object[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource)
    {
        using var bus = new ResultBus(messageBus);
        var runner = new SandboxTestCaseRunner(
            this, DisplayName, SkipReason, constructorArguments, TestMethodArguments, bus, aggregator, cancellationTokenSource);
        return bus.Correct(await runner.RunAsync().ConfigureAwait(false));
    }

    /// <summary>None for xUnit, whose own would refuse tests that are not async; see <see cref="TestDeadline"/>.</summary>
    protected override int GetTimeout(IAttributeInfo factAttribute) => 0;
}
