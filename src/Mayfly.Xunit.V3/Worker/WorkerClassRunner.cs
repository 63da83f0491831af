using System.Threading.Channels;
using Xunit.v3;

namespace Mayfly.Xunit.Worker;

/// <summary>xUnit's runner of a class, whose tests come one after another.</summary>
/// <param name="runs">The tests.</param>
internal sealed class WorkerClassRunner(ChannelReader<WorkerClassRun> runs) : XunitTestClassRunner
{
    /// <inheritdoc/>
    protected override async ValueTask<RunSummary> RunTestMethods(XunitTestClassRunnerContext ctxt, Exception? exception)
    {
        var summary = new RunSummary();
        object?[] constructorArguments = [];
        if (exception is null)
        {
            constructorArguments = await CreateTestClassConstructorArguments(ctxt).ConfigureAwait(false);
            exception = ctxt.Aggregator.ToException();
            ctxt.Aggregator.Clear();
        }

        await foreach (var (testCase, completion) in runs.ReadAllAsync().ConfigureAwait(false))
        {
            summary.Aggregate(exception is null
                ? await RunTestMethod(ctxt, testCase.TestMethod, [testCase], constructorArguments).ConfigureAwait(false)
                : await FailTestMethod(ctxt, testCase.TestMethod, [testCase], constructorArguments, exception).ConfigureAwait(false));
            completion.SetResult();
        }

        return summary;
    }
}
