using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>Runs each row of a theory with a <see cref="GuestTestRunner"/>; the guest knows a row by its number.</summary>
internal sealed class GuestTheoryTestCaseRunner(
    IXunitTestCase testCase,
    string displayName,
    string? skipReason,
    object[] constructorArguments,
    IMessageSink diagnosticMessageSink,
    ResultBus messageBus,
    CancellationTokenSource cancellationTokenSource)
    : XunitTheoryTestCaseRunner(testCase, displayName, skipReason, constructorArguments, diagnosticMessageSink, messageBus, new ExceptionAggregator(), cancellationTokenSource)
{
    private int _rows;

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
        new GuestTestRunner(
            test, (ResultBus)messageBus, testClass, constructorArguments, testMethod, testMethodArguments, skipReason, new ExceptionAggregator(aggregator), cancellationTokenSource, _rows++);
}
