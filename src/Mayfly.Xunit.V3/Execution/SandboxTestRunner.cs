using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>
/// Runs one test: its fixtures' sandboxes are made ready, its body runs under a deadline, a failure gets the command log and
/// the consoles, or becomes a skip where the host can't run sandboxes, and what was the test's alone is disposed of.
/// </summary>
/// <param name="test">The test.</param>
internal sealed class SandboxTestRunner(IXunitTest test) : XunitTestRunner
{
    private readonly TestScope _scope = new(test.TestDisplayName, test.TestCase.TestClass.Class, TimeProvider.System);
    private string _report = "";

    /// <inheritdoc/>
    protected override async ValueTask<TimeSpan> RunTest(XunitTestRunnerContext ctxt)
    {
        var elapsed = await ctxt.Aggregator.RunAsync(() => RunInScopeAsync(ctxt), TimeSpan.Zero).ConfigureAwait(false);

        // Told before the disposal, so that it shows the machines as the test left them.
        var report = ctxt.Aggregator.HasExceptions ? TestReport.Of(_scope) : "";
        foreach (var fixture in _scope.Close())
        {
            await ctxt.Aggregator.RunAsync(() => new ValueTask(fixture.LeaveAsync(_scope))).ConfigureAwait(false);
        }

        if (ctxt.Aggregator.ToException() is { } failure)
        {
            _report = report;
            if (HostUnable.SkipOf(failure) is { } skip)
            {
                _report = "";
                ctxt.Aggregator.Clear();
                ctxt.Aggregator.Add(skip);
            }
        }

        return elapsed;
    }

    /// <inheritdoc/>
    protected override async ValueTask<string> GetTestOutput(XunitTestRunnerContext ctxt) =>
        string.Join(Environment.NewLine, new[] { await base.GetTestOutput(ctxt).ConfigureAwait(false), _scope.Notes, _report }.Where(text => text.Length > 0));

    private async ValueTask<TimeSpan> RunInScopeAsync(XunitTestRunnerContext ctxt)
    {
        using var observation = _scope.Enter();
        var limit = TestDeadline.LimitOf(test.Timeout, test.TestMethod.FactAttributes.OfType<ISandboxTestOptions>().First().TimeoutSeconds);
        foreach (var fixture in ctxt.ConstructorArguments.OfType<SandboxFixture>())
        {
            _scope.Join(fixture);
            await fixture.EnterAsync(_scope, ctxt.CancellationTokenSource.Token).ConfigureAwait(false);
        }

        return await RunBodyAsync(ctxt, new TestDeadline(limit, _scope, TimeProvider.System)).ConfigureAwait(false);
    }

    /// <summary>The body gets its own of everything that the next test shares with a test that may be abandoned.</summary>
    private async Task<TimeSpan> RunBodyAsync(XunitTestRunnerContext ctxt, TestDeadline deadline)
    {
        var bus = new DetachableBus(ctxt.MessageBus);
        var thrown = new ExceptionAggregator();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ctxt.CancellationTokenSource.Token);
        var body = new XunitTestRunnerContext(WithoutTimeout(), bus, ctxt.ExplicitOption, thrown, stop, ctxt.BeforeAfterTestAttributes, [.. ctxt.ConstructorArguments]);
        try
        {
            var seconds = await deadline.RunAsync(async () => (decimal)(await base.RunTest(body).ConfigureAwait(false)).TotalSeconds, () => thrown.ToException()).ConfigureAwait(false);
            ctxt.Aggregator.Aggregate(thrown);
            return TimeSpan.FromSeconds((double)seconds);
        }
        finally
        {
            bus.Detach();
            if (stop.IsCancellationRequested)
            {
                await ctxt.CancellationTokenSource.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The test as it is run under a deadline of ours: xUnit's own can't end a test that blocks.</summary>
    private XunitTest WithoutTimeout() => new(
        test.TestCase, test.TestMethod, test.Explicit, test.SkipReason, test.SkipType, test.SkipUnless, test.SkipWhen, test.TestDisplayName, test.UniqueID, test.Traits, timeout: 0, test.TestMethodArguments);
}
