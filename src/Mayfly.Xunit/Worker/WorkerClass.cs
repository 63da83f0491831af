using System.Threading.Channels;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Worker;

/// <summary>The tests of a class that run one after another with the same fixtures, which xUnit's own runners make and end.</summary>
internal sealed class WorkerClass : IAsyncDisposable
{
    // Within the call that brings it, a test runs on the worker's own thread.
    private readonly Channel<WorkerClassRun> _runs = Channel.CreateUnbounded<WorkerClassRun>(new UnboundedChannelOptions { AllowSynchronousContinuations = true });
    private readonly Task _runner;

    /// <summary>Makes the fixtures of a test case's class and collection.</summary>
    public WorkerClass(IXunitTestCase first, IMessageBus bus, IMessageSink diagnostics) =>
        _runner = new WorkerCollectionRunner(first, _runs.Reader, diagnostics, bus).RunAsync();

    /// <summary>Runs a test of the class.</summary>
    public async Task RunAsync(IXunitTestCase testCase)
    {
        var run = new WorkerClassRun(testCase, new TaskCompletionSource());
        _runs.Writer.TryWrite(run);
        await Task.WhenAny(run.Completion.Task, _runner).ConfigureAwait(false);
    }

    /// <summary>Ends the fixtures.</summary>
    public async ValueTask DisposeAsync()
    {
        _runs.Writer.Complete();
        await _runner.ConfigureAwait(false);
    }
}
