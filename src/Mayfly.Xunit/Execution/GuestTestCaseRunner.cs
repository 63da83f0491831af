using System.Reflection;
using Mayfly.Xunit.Guests.Protocol;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>Runs a fact or one row with a <see cref="GuestTestRunner"/>. What failed on the host before it, such as a fixture for tests that run there, is not its concern.</summary>
internal sealed class GuestTestCaseRunner(
    IXunitTestCase testCase,
    string displayName,
    string? skipReason,
    object[] constructorArguments,
    object[] testMethodArguments,
    ResultBus messageBus,
    CancellationTokenSource cancellationTokenSource)
    : XunitTestCaseRunner(testCase, displayName, skipReason, constructorArguments, testMethodArguments, messageBus, new ExceptionAggregator(), cancellationTokenSource)
{
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
            test, (ResultBus)messageBus, testClass, constructorArguments, testMethod, testMethodArguments, skipReason, new ExceptionAggregator(aggregator), cancellationTokenSource, WorkerRun.NoRow);
}
