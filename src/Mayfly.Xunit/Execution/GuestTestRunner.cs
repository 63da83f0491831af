using System.Diagnostics;
using System.Reflection;
using Mayfly.Xunit.Guests;
using Mayfly.Xunit.Guests.Machines;
using Mayfly.Xunit.Worker;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>Has one test run in a guest, and makes what the guest tells the test's result.</summary>
internal sealed class GuestTestRunner(
    ITest test,
    ResultBus messageBus,
    Type testClass,
    object[] constructorArguments,
    MethodInfo testMethod,
    object[] testMethodArguments,
    string skipReason,
    ExceptionAggregator aggregator,
    CancellationTokenSource cancellationTokenSource,
    int row)
    : XunitTestRunner(test, messageBus, testClass, constructorArguments, testMethod, testMethodArguments, skipReason, [], aggregator, cancellationTokenSource)
{
    /// <inheritdoc/>
    protected override async Task<Tuple<decimal, string>> InvokeTestAsync(ExceptionAggregator aggregator)
    {
        var output = new GuestTestOutput(text => messageBus.QueueMessage(new TestOutput(Test, text)));
        var clock = Stopwatch.StartNew();
        decimal? seconds = null;
        await aggregator.RunAsync(async () => seconds = await RunInGuestAsync(output, aggregator).ConfigureAwait(false)).ConfigureAwait(false);
        output.Close();
        if (!TestSettings.RequiresSandboxes && aggregator.ToException() is { } failure && HostUnable.ReasonOf(failure) is { } reason)
        {
            messageBus.Skip(Test, TestSettings.SkipReasonOf(reason));
        }

        // A test that has told no result has taken its time all the same, with the start of its machine.
        return Tuple.Create(seconds ?? (decimal)clock.Elapsed.TotalSeconds, output.Text);
    }

    private async Task<decimal> RunInGuestAsync(GuestTestOutput output, ExceptionAggregator aggregator)
    {
        var options = TestMethod.GetCustomAttributes<FactAttribute>().OfType<IGuestTestOptions>().First();
        var settings = GuestTestSettings.Of(TestClass.Assembly, options, TestSettings.Read);
        var guestTest = new GuestTest(Test.DisplayName, new WorkerCase(TestCase.TestMethod, TestCase.TestMethodArguments).Serialize(), row, GuestExercise.Cases, settings);
        var shared = settings.Isolation == GuestIsolation.Class ? GuestClassFixture.Of(ConstructorArguments).Machine : null;
        var result = await new GuestTestRun(guestTest, output).RunAsync(shared, CancellationTokenSource.Token).ConfigureAwait(false);
        if (result.Complaint is { } failure)
        {
            messageBus.Fail(Test, failure);
            aggregator.Add(new GuestTestFailedException(failure));
        }
        else if (result.Outcome == GuestTestOutcome.Skipped)
        {
            // xUnit 2.9 takes failures only; the bus makes it a skip.
            messageBus.Skip(Test, result.SkipReason);
            aggregator.Add(new InvalidOperationException(result.SkipReason));
        }

        return result.Seconds;
    }
}
