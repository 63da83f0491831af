using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>A fact, or one row of a theory, that runs in a guest.</summary>
internal sealed class GuestTestCase : XunitTestCase
{
    /// <summary>For the deserializer.</summary>
    [Obsolete("Called by the de-serializer")]
    public GuestTestCase()
    {
    }

    public GuestTestCase(
        IMessageSink diagnosticMessageSink,
        TestMethodDisplay defaultMethodDisplay,
        TestMethodDisplayOptions defaultMethodDisplayOptions,
        ITestMethod testMethod,
        object[]? testMethodArguments = null)
        : base(diagnosticMessageSink, defaultMethodDisplay, defaultMethodDisplayOptions, testMethod, testMethodArguments)
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
        var runner = new GuestTestCaseRunner(
            this, DisplayName, SkipReason, constructorArguments, TestMethodArguments, bus, cancellationTokenSource);
        return bus.Correct(await runner.RunAsync().ConfigureAwait(false));
    }

    /// <summary>None for xUnit; the machine has a deadline.</summary>
    protected override int GetTimeout(IAttributeInfo factAttribute) => 0;
}
