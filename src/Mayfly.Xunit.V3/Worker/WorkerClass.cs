using System.Threading.Channels;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Worker;

/// <summary>The tests of a class that run one after another with the same fixtures, which xUnit's own runners make and end.</summary>
internal sealed class WorkerClass : IAsyncDisposable
{
    // Within the call that brings it, a test runs on the worker's own thread.
    private readonly Channel<WorkerClassRun> _runs = Channel.CreateUnbounded<WorkerClassRun>(new UnboundedChannelOptions { AllowSynchronousContinuations = true });
    private readonly Task _runner;

    /// <summary>Makes the fixtures of a test case's class and collection.</summary>
    public WorkerClass(IXunitTestCase first, WorkerBus bus) => _runner = RunAllAsync(first, bus);

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

    private async Task RunAllAsync(IXunitTestCase first, WorkerBus bus)
    {
        using var cancellation = new CancellationTokenSource();
        var assembly = first.TestCollection.TestAssembly;
        TestContext.SetForInitialization(null, diagnosticMessages: false, internalDiagnosticMessages: false);
        TestContext.SetForTestAssembly(assembly, TestEngineStatus.Running, cancellation.Token);

        // Made when something asks for them: most tests need none, and each machine would make all.
        var assemblyFixtures = new FixtureMappingManager("Assembly");
        await assemblyFixtures.InitializeAsync(assembly.AssemblyFixtureTypes, createInstances: false).ConfigureAwait(false);
        await new WorkerCollectionRunner(_runs.Reader).Run(
            first.TestCollection, [first], ExplicitOption.On, bus, DefaultTestCaseOrderer.Instance, new ExceptionAggregator(), cancellation, assemblyFixtures).ConfigureAwait(false);
        try
        {
            await assemblyFixtures.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            bus.QueueMessage(ErrorMessage.FromException(exception));
        }
    }
}
