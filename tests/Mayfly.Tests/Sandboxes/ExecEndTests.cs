namespace Mayfly.Tests.Sandboxes;

[Trait("Category", "MicroVM")]
public abstract class ExecEndTests(SharedSandbox shared)
{
    private const string TwoSleepers = "echo before; sleep 4711 & sleep 4711";

    private Sandbox Sandbox => shared.Sandbox;

    [Fact]
    public async Task ATimeoutKillsTheWholeTreeAndKeepsTheOutput()
    {
        var result = await Sandbox.ShellAsync(TwoSleepers, new ExecOptions { Timeout = TimeSpan.FromSeconds(2) });

        Assert.Equal(ExecEndKind.TimedOut, result.End.Kind);
        Assert.Null(result.ExitCode);
        Assert.Equal("before\n", result.StandardOutput);
        await AssertNoSleeperAsync();
        var exception = Assert.Throws<ExecException>(result.EnsureSuccess);
        Assert.Equal("MAY3002", exception.Code);
        Assert.Contains("before", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATreeThatIgnoresTheTermSignalIsKilledAfterTheGracePeriod()
    {
        var options = new ExecOptions { Timeout = TimeSpan.FromSeconds(2), GracePeriod = TimeSpan.FromSeconds(1) };

        var result = await Sandbox.ShellAsync($"trap '' TERM; {TwoSleepers}; sleep 4711", options);

        Assert.Equal(ExecEndKind.TimedOut, result.End.Kind);
        await AssertNoSleeperAsync();
    }

    [Fact]
    public async Task ATimedOutCommandMaySayGoodbyeWithinTheGracePeriod()
    {
        var options = new ExecOptions { Timeout = TimeSpan.FromSeconds(2), GracePeriod = TimeSpan.FromSeconds(30) };

        var result = await Sandbox.ShellAsync("trap 'echo goodbye; exit 0' TERM; echo before; while :; do sleep 0.1; done", options);

        Assert.Equal(ExecEndKind.TimedOut, result.End.Kind);
        Assert.Equal("before\ngoodbye\n", result.StandardOutput);
    }

    [Fact]
    public async Task CancellationKillsTheTreeAndKeepsTheOutput()
    {
        using var cancel = new CancellationTokenSource();
        using var output = new SignallingStream();
        var running = Sandbox.ShellAsync(TwoSleepers, Patience.Long with { Output = output }, cancel.Token);
        await output.Written.WithPatience();

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAsync<ExecCanceledException>(() => running.WithPatience());
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal("before\n", exception.Result.StandardOutput);
        Assert.Equal(ExecEndKind.Cancelled, exception.Result.End.Kind);
        await AssertNoSleeperAsync();
    }

    [Fact]
    public async Task ACallersStreamThatThrowsEndsTheCommandAndIsTold()
    {
        using var output = new ThrowingStream();

        var exception = await Assert.ThrowsAsync<InvalidTimeZoneException>(
            () => Sandbox.ShellAsync(TwoSleepers, Patience.Long with { Output = output }).WithPatience());

        Assert.Equal("the caller's", exception.Message);
        await AssertNoSleeperAsync();
    }

    private async Task AssertNoSleeperAsync()
    {
        var sleepers = await Sandbox.ShellAsync("ps -o args | grep '[s]leep 4711'", Patience.Long);
        Assert.Equal("", sleepers.StandardOutput);
    }

    private sealed class SignallingStream : MemoryStream
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _written.TrySetResult();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }

    private sealed class ThrowingStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new InvalidTimeZoneException("the caller's");
    }
}
