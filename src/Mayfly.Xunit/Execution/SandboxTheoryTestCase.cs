using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>A theory whose rows are only known, or can only be told apart, when it runs.</summary>
internal sealed class SandboxTheoryTestCase : XunitTheoryTestCase
{
    /// <summary>For the deserializer.</summary>
    [Obsolete("Called by the de-serializer")]
    public SandboxTheoryTestCase()
    {
    }

    public SandboxTheoryTestCase(
        IMessageSink diagnosticMessageSink,
        TestMethodDisplay defaultMethodDisplay,
        TestMethodDisplayOptions defaultMethodDisplayOptions,
        ITestMethod testMethod)
        : base(diagnosticMessageSink, defaultMethodDisplay, defaultMethodDisplayOptions, testMethod)
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
        var runner = new SandboxTheoryTestCaseRunner(
            this, DisplayName, SkipReason, constructorArguments, diagnosticMessageSink, bus, aggregator, cancellationTokenSource);
        return bus.Correct(await runner.RunAsync().ConfigureAwait(false));
    }

    /// <inheritdoc cref="SandboxTestCase.GetTimeout"/>
    protected override int GetTimeout(IAttributeInfo factAttribute) => 0;
}
