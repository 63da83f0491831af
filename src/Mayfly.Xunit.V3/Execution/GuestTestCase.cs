using Mayfly.Xunit.Guests.Protocol;
using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>A fact, or one row of a theory, that runs in a guest.</summary>
internal sealed class GuestTestCase : XunitTestCase, ISelfExecutingXunitTestCase
{
    /// <summary>For the deserializer.</summary>
    [Obsolete("Called by the de-serializer")]
    public GuestTestCase()
    {
    }

    /// <summary>The same test, in a guest.</summary>
    public GuestTestCase(XunitTestCase test)
        : base(
            test.TestMethod,
            test.TestCaseDisplayName,
            test.UniqueID,
            test.Explicit,
            test.SkipExceptions,
            test.SkipReason,
            test.SkipType,
            test.SkipUnless,
            test.SkipWhen,
            test.Traits,
            test.TestMethodArguments,
            test.SourceFilePath,
            test.SourceLineNumber,
            test.Timeout)
    {
    }

    /// <inheritdoc/>
    public ValueTask<RunSummary> Run(
        ExplicitOption explicitOption,
        IMessageBus messageBus,
        object?[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource) =>
        new GuestTestCaseRunner(_ => WorkerRun.NoRow).RunAsync(this, explicitOption, messageBus, aggregator, cancellationTokenSource);
}
