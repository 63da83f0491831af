using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>
/// Runs one test: its fixtures' sandboxes are made ready, its body runs under a deadline, a failure gets the command log and
/// the consoles, or becomes a skip where the host can't run sandboxes, and what was the test's alone is disposed of.
/// </summary>
internal sealed class SandboxTestRunner : XunitTestRunner
{
    private readonly ResultBus _bus;
    private readonly TestScope _scope;

    public SandboxTestRunner(
        ITest test,
        ResultBus messageBus,
        Type testClass,
        object[] constructorArguments,
        MethodInfo testMethod,
        object[] testMethodArguments,
        string skipReason,
        IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes,
        ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource)
        : base(test, messageBus, testClass, constructorArguments, testMethod, testMethodArguments, skipReason, beforeAfterAttributes, aggregator, cancellationTokenSource)
    {
        _bus = messageBus;
        _scope = new TestScope(test.DisplayName, testClass, TimeProvider.System);

        // A fixture of the user's own that failed: the test fails without being invoked.
        SkipIfHostUnable(aggregator);
    }

    /// <inheritdoc/>
    protected override async Task<Tuple<decimal, string>> InvokeTestAsync(ExceptionAggregator aggregator)
    {
        var (seconds, output) = await base.InvokeTestAsync(aggregator).ConfigureAwait(false);

        // Told before the disposal, so that it shows the machines as the test left them.
        var report = aggregator.HasExceptions ? TestReport.Of(_scope) : "";
        foreach (var fixture in _scope.Close())
        {
            await aggregator.RunAsync(() => fixture.LeaveAsync(_scope)).ConfigureAwait(false);
        }

        output = Join(output, _scope.Notes);
        return Tuple.Create(seconds, !aggregator.HasExceptions || SkipIfHostUnable(aggregator) ? output : Join(output, report));
    }

    /// <inheritdoc/>
    protected override async Task<decimal> InvokeTestMethodAsync(ExceptionAggregator aggregator)
    {
        using var observation = _scope.Enter();
        return await aggregator.RunAsync(async () =>
        {
            var attribute = TestCase.TestMethod.Method.GetCustomAttributes(typeof(FactAttribute)).First();
            var limit = TestDeadline.LimitOf(
                attribute.GetNamedArgument<int>(nameof(SandboxFactAttribute.Timeout)), attribute.GetNamedArgument<double>(nameof(SandboxFactAttribute.TimeoutSeconds)));
            foreach (var fixture in ConstructorArguments.OfType<SandboxFixture>())
            {
                _scope.Join(fixture);
                await fixture.EnterAsync(_scope, CancellationTokenSource.Token).ConfigureAwait(false);
            }

            return await RunBodyAsync(new TestDeadline(limit, _scope, TimeProvider.System), aggregator).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>The invoker gets its own of everything that the next test shares with a test that may be abandoned.</summary>
    private async Task<decimal> RunBodyAsync(TestDeadline deadline, ExceptionAggregator aggregator)
    {
        var bus = new DetachableBus(MessageBus);
        var thrown = new ExceptionAggregator();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(CancellationTokenSource.Token);
        var invoker = new XunitTestInvoker(
            Test, bus, TestClass, [.. ConstructorArguments], TestMethod, TestMethodArguments, BeforeAfterAttributes, thrown, stop);
        try
        {
            var seconds = await deadline.RunAsync(invoker.RunAsync, thrown.ToException).ConfigureAwait(false);
            aggregator.Aggregate(thrown);
            return seconds;
        }
        finally
        {
            bus.Detach();
            if (stop.IsCancellationRequested)
            {
                await CancellationTokenSource.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private static string Join(string output, string rest) =>
        output.Length > 0 && rest.Length > 0 ? output + Environment.NewLine + rest : output + rest;

    private bool SkipIfHostUnable(ExceptionAggregator aggregator)
    {
        if (TestSettings.RequiresSandboxes
            || aggregator.ToException() is not { } failure
            || HostUnable.ReasonOf(failure) is not { } reason)
        {
            return false;
        }

        _bus.Skip(Test, TestSettings.SkipReasonOf(reason));
        return true;
    }
}
