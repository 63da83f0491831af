using Mayfly.Xunit.Guests;
using Mayfly.Xunit.Guests.Machines;
using Mayfly.Xunit.Guests.Protocol;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>Has one test run in a guest, and makes what the guest tells the test's result.</summary>
/// <param name="row">Which of the theory's rows; <see cref="WorkerRun.NoRow"/> where the test case is one test.</param>
internal sealed class GuestTestRunner(int row) : XunitTestRunner
{
    private GuestTestOutput? _output;
    private GuestFailure? _failure;

    /// <inheritdoc/>
    protected override async ValueTask<TimeSpan> RunTest(XunitTestRunnerContext ctxt)
    {
        _output = new GuestTestOutput(text => ctxt.MessageBus.QueueMessage(OutputOf(ctxt.Test, text)));
        try
        {
            return await RunInGuestAsync(ctxt, _output).ConfigureAwait(false);
        }
        catch (MayflyException exception) when (HostUnable.SkipOf(exception) is { } skip)
        {
            throw skip;
        }
        finally
        {
            _output.Close();
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<string> GetTestOutput(XunitTestRunnerContext ctxt) => new(_output?.Text ?? "");

    /// <inheritdoc/>
    protected override ValueTask<(bool Continue, TestResultState ResultState)> OnTestFailed(
        XunitTestRunnerContext ctxt, Exception exception, decimal executionTime, string output, string[]? warnings)
    {
        if (_failure is null || exception is not GuestTestFailedException)
        {
            return base.OnTestFailed(ctxt, exception, executionTime, output, warnings);
        }

        var testCase = ctxt.Test.TestCase;
        var message = new TestFailed
        {
            AssemblyUniqueID = testCase.TestCollection.TestAssembly.UniqueID,
            Cause = CauseOf(_failure),
            ExceptionParentIndices = _failure.Parents,
            ExceptionTypes = _failure.Types,
            ExecutionTime = executionTime,
            FinishTime = TimeProvider.System.GetUtcNow(),
            Messages = _failure.Messages,
            Output = output,
            StackTraces = _failure.Stacks,
            TestCaseUniqueID = testCase.UniqueID,
            TestClassUniqueID = testCase.TestClass.UniqueID,
            TestCollectionUniqueID = testCase.TestCollection.UniqueID,
            TestMethodUniqueID = testCase.TestMethod.UniqueID,
            TestUniqueID = ctxt.Test.UniqueID,
            Warnings = warnings,
        };
        return new((ctxt.MessageBus.QueueMessage(message), TestResultState.FromTestResult(message)));
    }

    private static TestOutput OutputOf(IXunitTest test, string text) => new()
    {
        AssemblyUniqueID = test.TestCase.TestCollection.TestAssembly.UniqueID,
        Output = text,
        TestCaseUniqueID = test.TestCase.UniqueID,
        TestClassUniqueID = test.TestCase.TestClass.UniqueID,
        TestCollectionUniqueID = test.TestCase.TestCollection.UniqueID,
        TestMethodUniqueID = test.TestCase.TestMethod.UniqueID,
        TestUniqueID = test.UniqueID,
    };

    /// <summary>By its name: the exception itself has stayed in the guest.</summary>
    private static FailureCause CauseOf(GuestFailure failure) =>
        failure.Types[0].StartsWith("Xunit.Sdk.", StringComparison.Ordinal) ? FailureCause.Assertion : FailureCause.Exception;

    private static GuestTestSettings SettingsOf(IXunitTest test)
    {
        var options = test.TestMethod.FactAttributes.OfType<IGuestTestOptions>().First();
        var settings = GuestTestSettings.Of(test.TestCase.TestClass.Class.Assembly, options, TestSettings.Read);
        return test.Timeout > 0 ? settings with { Timeout = TimeSpan.FromMilliseconds(test.Timeout) } : settings;
    }

    private async Task<TimeSpan> RunInGuestAsync(XunitTestRunnerContext ctxt, GuestTestOutput output)
    {
        var settings = SettingsOf(ctxt.Test);
        var test = new GuestTest(ctxt.Test.TestDisplayName, SerializationHelper.Instance.Serialize(ctxt.Test.TestCase), row, GuestExercise.Cases, settings);
        var shared = settings.Isolation == GuestIsolation.Class ? (await GuestClassFixture.GetAsync().ConfigureAwait(false)).Machine : null;
        var result = await new GuestTestRun(test, output).RunAsync(shared, ctxt.CancellationTokenSource.Token).ConfigureAwait(false);
        if (result.Complaint is { } failure)
        {
            _failure = failure;
            ctxt.Aggregator.Add(new GuestTestFailedException(failure));
        }
        else if (result.Outcome == GuestTestOutcome.Skipped)
        {
            ctxt.Aggregator.Add(new InvalidOperationException(DynamicSkipToken.Value + result.SkipReason));
        }

        return TimeSpan.FromSeconds((double)result.Seconds);
    }
}
