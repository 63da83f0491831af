using System.Collections.Concurrent;
using Mayfly.Xunit.Guests.Protocol;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>
/// Turns the failure of a test into a skip, or into the failure that a guest has told of. xUnit 2.9 knows neither skipping at run time
/// nor failures that are no exceptions, so this is the place where the result and the counts can still be changed.
/// </summary>
/// <param name="inner">The runner's bus, which this one does not own.</param>
internal sealed class ResultBus(IMessageBus inner) : IMessageBus
{
    private readonly ConcurrentDictionary<ITest, string> _reasons = new();
    private readonly ConcurrentDictionary<ITest, GuestFailure> _failures = new();
    private int _skipped;

    /// <summary>Makes the coming failure of a test a skip.</summary>
    public void Skip(ITest test, string reason) => _reasons[test] = reason;

    /// <summary>Makes the coming failure of a test this one.</summary>
    public void Fail(ITest test, GuestFailure failure) => _failures[test] = failure;

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
            case ITestFailed failed when _failures.TryRemove(failed.Test, out var failure):
                return new TestFailed(failed.Test, failed.ExecutionTime, failed.Output, failure.Types, failure.Messages, failure.Stacks, failure.Parents);
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
