using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>A theory in guests or with sandboxes whose rows are only known, or can only be told apart, when it runs.</summary>
internal sealed class MachineTheoryTestCase : XunitDelayEnumeratedTheoryTestCase, ISelfExecutingXunitTestCase
{
    /// <summary>For the deserializer.</summary>
    [Obsolete("Called by the de-serializer")]
    public MachineTheoryTestCase()
    {
    }

    /// <summary>The same theory, with machines.</summary>
    public MachineTheoryTestCase(XunitDelayEnumeratedTheoryTestCase theory)
        : base(
            theory.TestMethod,
            theory.TestCaseDisplayName,
            theory.UniqueID,
            theory.Explicit,
            theory.SkipTestWithoutData,
            theory.SkipExceptions,
            theory.SkipReason,
            theory.SkipType,
            theory.SkipUnless,
            theory.SkipWhen,
            theory.Traits,
            theory.SourceFilePath,
            theory.SourceLineNumber,
            theory.Timeout)
    {
    }

    /// <inheritdoc/>
    public ValueTask<RunSummary> Run(
        ExplicitOption explicitOption,
        IMessageBus messageBus,
        object?[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource) =>
        new MachineTestCaseRunner(row => row).RunAsync(this, explicitOption, messageBus, constructorArguments, aggregator, cancellationTokenSource);
}
