using Mayfly.Xunit.Guests.Protocol;
using Mayfly.Xunit.Guests.Worker;
using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Worker;

/// <summary>Sends the host what xUnit's runners say that concerns a test's result.</summary>
/// <param name="replies">To the host.</param>
internal sealed class WorkerBus(WorkerReplies replies) : IMessageBus
{
    /// <inheritdoc/>
    public bool QueueMessage(IMessageSinkMessage message)
    {
        if (message is ITestFinished finished)
        {
            Tell(WorkerAttachments.Keep(finished.Attachments));
        }
        else if (message is ITestResultMessage { Warnings: { } warnings })
        {
            Tell(string.Concat(warnings.Select(warning => $"warning: {warning}\n")));
        }

        if (Translate(message) is { } told)
        {
            replies.Send(told);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private void Tell(string output)
    {
        if (output.Length > 0)
        {
            replies.Send(new WorkerMessage(WorkerMessageKind.Output, output));
        }
    }

    private static WorkerMessage? Translate(IMessageSinkMessage message) => message switch
    {
        ITestStarting => new WorkerMessage(WorkerMessageKind.Starting),
        ITestOutput output => new WorkerMessage(WorkerMessageKind.Output, output.Output),
        ITestPassed passed => new WorkerMessage(WorkerMessageKind.Passed, Seconds: passed.ExecutionTime),
        ITestFailed failed => new WorkerMessage(WorkerMessageKind.Failed, Seconds: failed.ExecutionTime, Failure: Describe(failed)),
        ITestSkipped skipped => new WorkerMessage(WorkerMessageKind.Skipped, skipped.Reason),
        ITestCleanupFailure or ITestCaseCleanupFailure or ITestMethodCleanupFailure => Problem("the clean-up of the test", message),
        ITestClassCleanupFailure => Problem("the clean-up of the class's fixtures", message),
        ITestCollectionCleanupFailure => Problem("the clean-up of the collection's fixtures", message),
        IErrorMessage => Problem("the test framework", message),
        _ => null,
    };

    private static WorkerMessage Problem(string where, IMessageSinkMessage failure) =>
        new(WorkerMessageKind.Problem, where, Failure: Describe((IErrorMetadata)failure));

    private static GuestFailure Describe(IErrorMetadata failure) => new(
        [.. failure.ExceptionTypes.Select(type => type ?? "")],
        failure.Messages,
        [.. failure.StackTraces.Select(stack => stack ?? "")],
        failure.ExceptionParentIndices);
}
