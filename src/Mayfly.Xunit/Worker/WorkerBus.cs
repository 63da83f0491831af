using Mayfly.Xunit.Guests.Protocol;
using Mayfly.Xunit.Guests.Worker;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Worker;

/// <summary>Sends the host what xUnit's runners say that concerns a test's result.</summary>
/// <param name="replies">To the host.</param>
internal sealed class WorkerBus(WorkerReplies replies) : IMessageBus
{
    private const string SkipMark = "$XunitDynamicSkip$";

    // The ways in which packages for xUnit 2 let a test decide not to run.
    private static readonly string[] _skipTypes = ["Xunit.SkipException", "Xunit.Sdk.SkipException"];

    /// <inheritdoc/>
    public bool QueueMessage(IMessageSinkMessage message)
    {
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

    private static WorkerMessage? Translate(IMessageSinkMessage message) => message switch
    {
        ITestStarting => new WorkerMessage(WorkerMessageKind.Starting),
        ITestOutput output => new WorkerMessage(WorkerMessageKind.Output, output.Output),
        ITestPassed passed => new WorkerMessage(WorkerMessageKind.Passed, Seconds: passed.ExecutionTime),
        ITestFailed failed => SkipReasonOf(failed) is { } reason
            ? new WorkerMessage(WorkerMessageKind.Skipped, reason)
            : new WorkerMessage(WorkerMessageKind.Failed, Seconds: failed.ExecutionTime, Failure: Describe(failed)),
        ITestSkipped skipped => new WorkerMessage(WorkerMessageKind.Skipped, skipped.Reason),
        ITestCleanupFailure failure => Problem("the clean-up of the test", failure),
        ITestCaseCleanupFailure failure => Problem("the clean-up of the test", failure),
        ITestMethodCleanupFailure failure => Problem("the clean-up of the test", failure),
        ITestClassCleanupFailure failure => Problem("the clean-up of the class's fixtures", failure),
        ITestCollectionCleanupFailure failure => Problem("the clean-up of the collection's fixtures", failure),
        IErrorMessage failure => Problem("the test framework", failure),
        _ => null,
    };

    private static WorkerMessage Problem(string where, IFailureInformation failure) =>
        new(WorkerMessageKind.Problem, where, Failure: Describe(failure));

    private static string? SkipReasonOf(ITestFailed failed) => failed switch
    {
        _ when failed.Messages.FirstOrDefault()?.StartsWith(SkipMark, StringComparison.Ordinal) == true => failed.Messages[0][SkipMark.Length..],
        _ when _skipTypes.Contains(failed.ExceptionTypes.FirstOrDefault()) => failed.Messages[0],
        _ => null,
    };

    private static GuestFailure Describe(IFailureInformation failure) =>
        new(failure.ExceptionTypes, failure.Messages, failure.StackTraces, failure.ExceptionParentIndices);
}
