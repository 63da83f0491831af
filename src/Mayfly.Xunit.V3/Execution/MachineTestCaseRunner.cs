using Mayfly.Xunit.Guests;
using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>Runs the tests of a test case, each with a <see cref="GuestTestRunner"/> or a <see cref="SandboxTestRunner"/>.</summary>
/// <param name="rowOf">As what the guest knows the test of a number, counted from 0.</param>
internal sealed class MachineTestCaseRunner(Func<int, int> rowOf) : XunitTestCaseRunner
{
    private int _tests;

    /// <summary>Runs them, or tells why there are none, as xUnit does with tests of the host's.</summary>
    public async ValueTask<RunSummary> RunAsync(
        IXunitTestCase testCase,
        ExplicitOption explicitOption,
        IMessageBus messageBus,
        object?[] constructorArguments,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource)
    {
        var tests = await aggregator.RunAsync(testCase.CreateTests, []).ConfigureAwait(false);
        return aggregator.ToException() switch
        {
            null => await Run(testCase, tests, messageBus, aggregator, cancellationTokenSource, testCase.TestCaseDisplayName, testCase.SkipReason, explicitOption, constructorArguments).ConfigureAwait(false),
            { Message: var message } when message.StartsWith(DynamicSkipToken.Value, StringComparison.Ordinal) =>
                XunitRunnerHelper.SkipTestCases(messageBus, cancellationTokenSource, [testCase], message[DynamicSkipToken.Value.Length..], sendTestCaseMessages: false),
            var exception when testCase.SkipExceptions?.Contains(exception.GetType()) == true =>
                XunitRunnerHelper.SkipTestCases(messageBus, cancellationTokenSource, [testCase], exception.Message, sendTestCaseMessages: false),
            var exception => XunitRunnerHelper.FailTestCases(messageBus, cancellationTokenSource, [testCase], exception, sendTestCaseMessages: false),
        };
    }

    /// <inheritdoc/>
    protected override ValueTask<RunSummary> RunTest(XunitTestCaseRunnerContext ctxt, IXunitTest test)
    {
        var row = rowOf(_tests++);
        XunitTestRunner runner = test.TestMethod.FactAttributes.First() is IGuestTestOptions ? new GuestTestRunner(row) : new SandboxTestRunner(test);
        return runner.Run(
            test, ctxt.MessageBus, ctxt.ConstructorArguments, ctxt.ExplicitOption, ctxt.Aggregator.Clone(), ctxt.CancellationTokenSource, ctxt.BeforeAfterTestAttributes);
    }
}
