using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>A theory in guests whose rows are only known, or can only be told apart, when it runs.</summary>
internal sealed class GuestTheoryTestCase : XunitTheoryTestCase
{
    /// <summary>For the deserializer.</summary>
    [Obsolete("Called by the de-serializer")]
    public GuestTheoryTestCase()
    {
    }

    public GuestTheoryTestCase(
        IMessageSink diagnosticMessageSink,
        TestMethodDisplay defaultMethodDisplay,
        TestMethodDisplayOptions defaultMethodDisplayOptions,
        ITestMethod testMethod)
        : base(diagnosticMessageSink, defaultMethodDisplay, defaultMethodDisplayOptions, testMethod)
    {
        TestMethod = HostTestMethod.Of(testMethod);
    }

    /// <inheritdoc/>
    public override void Deserialize(IXunitSerializationInfo data)
    {
        base.Deserialize(data);
        TestMethod = HostTestMethod.Of(TestMethod);
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
        var runner = new GuestTheoryTestCaseRunner(
            this, DisplayName, SkipReason, constructorArguments, diagnosticMessageSink, bus, cancellationTokenSource);
        return bus.Correct(await runner.RunAsync().ConfigureAwait(false));
    }

    /// <inheritdoc cref="GuestTestCase.GetTimeout"/>
    protected override int GetTimeout(IAttributeInfo factAttribute) => 0;
}
