using Mayfly.Xunit.Guests.Protocol;
using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>A fact, or one row of a theory, that runs in a guest or with a sandbox.</summary>
internal sealed class MachineTestCase : XunitTestCase, ISelfExecutingXunitTestCase
{
    /// <summary>For the deserializer.</summary>
    [Obsolete("Called by the de-serializer")]
    public MachineTestCase()
    {
    }

    /// <summary>The same test, with a machine.</summary>
    public MachineTestCase(XunitTestCase test)
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
        new MachineTestCaseRunner(_ => WorkerRun.NoRow).RunAsync(this, explicitOption, messageBus, constructorArguments, aggregator, cancellationTokenSource);
}
