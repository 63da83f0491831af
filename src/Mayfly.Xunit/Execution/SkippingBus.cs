using System.Collections.Concurrent;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>
/// Turns the failure of a test that had no sandbox into a skip. xUnit 2.9 has no skipping at run time, so this is the
/// place where the result and the counts can still be changed.
/// </summary>
/// <param name="inner">The runner's bus, which this one does not own.</param>
internal sealed class SkippingBus(IMessageBus inner) : IMessageBus
{
    private readonly ConcurrentDictionary<ITest, string> _reasons = new();
    private int _skipped;

    /// <summary>Makes the coming failure of a test a skip.</summary>
    public void Skip(ITest test, string reason) => _reasons[test] = reason;

    /// <inheritdoc/>
    public bool QueueMessage(IMessageSinkMessage message) => inner.QueueMessage(Translate(message));

    /// <summary>The runner's summary with skips counted as such.</summary>
    public RunSummary Correct(RunSummary summary)
    {
        summary.Failed -= _skipped;
        summary.Skipped += _skipped;
        return summary;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private IMessageSinkMessage Translate(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestFailed failed when _reasons.TryRemove(failed.Test, out var reason):
                Interlocked.Increment(ref _skipped);
                return new TestSkipped(failed.Test, reason);
            case ITestCaseFinished finished when _skipped > 0:
                return new TestCaseFinished(
                    finished.TestCase,
                    finished.ExecutionTime,
                    finished.TestsRun,
                    finished.TestsFailed - _skipped,
                    finished.TestsSkipped + _skipped);
            default:
                return message;
        }
    }
}
