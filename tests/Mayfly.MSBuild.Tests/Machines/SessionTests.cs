using Mayfly.MSBuild.Machines;
using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Tests.Machines;

public sealed class SessionTests : IDisposable
{
    private static readonly SandboxJob Job = new() { Command = ["true"] };

    private readonly FakeMachine _machine = new();
    private readonly StepSession _session;

    public SessionTests() => _session = new StepSession("s", _machine);

    [Fact]
    public async Task ASkippedStepIsStillToBeSeenByTheMachineAndMakesNobodyRun()
    {
        using (var first = await EnterAsync("a"))
        {
            Assert.Empty(first.PredecessorKeys);
            first.Skip(Plan(), "key a");
        }

        using var second = await EnterAsync("b");
        Assert.Equal(["key a"], second.PredecessorKeys);
        Assert.False(second.MustRun);
        Assert.Equal("a", Assert.Single(second.Unseen).Name);
    }

    [Fact]
    public async Task AStepThatRanMakesEveryOneAfterItRunButNotOneThatWasOnlyDoneAgain()
    {
        using (var first = await EnterAsync("a"))
        {
            first.Skip(Plan(), "key a");
        }

        using (var second = await EnterAsync("b"))
        {
            second.Unseen[0].IsInMachine = true;
            Assert.False(second.MustRun);
            second.Begin(Plan(), "key b");
        }

        using var third = await EnterAsync("c");
        Assert.True(third.MustRun);
        Assert.Empty(third.Unseen);
        Assert.Equal(["key a", "key b"], third.PredecessorKeys);
    }

    [Fact]
    public async Task AStepWaitsForItsTurnAndCanBeCancelledMeanwhile()
    {
        using var cancellation = new CancellationTokenSource();
        var first = await EnterAsync("a");
        var second = EnterAsync("b");
        var third = _session.EnterAsync("c", Plan().Machine, cancellation.Token);
        Assert.False(second.IsCompleted);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.False(second.IsCompleted);

        first.Dispose();
        (await second).Dispose();
        (await EnterAsync("d")).Dispose();
    }

    [Theory]
    [InlineData("512M", "Auto", false, true)]
    [InlineData("256M", "Auto", false, false)]
    [InlineData("512M", "Tcg", false, false)]
    [InlineData("512M", "Auto", true, false)]
    public async Task AllStepsWantTheSameMachine(string memory, string acceleration, bool cold, bool isSame)
    {
        using (var first = await EnterAsync("a"))
        {
            first.Skip(Plan(), "");
        }

        var machine = CommandPlan.Of(new SandboxExec { Memory = memory, Acceleration = acceleration, Cold = cold }, new GuestLayout("/src/app", [])).Machine;
        var refusal = await Record.ExceptionAsync(async () => (await _session.EnterAsync("b", machine, default)).Dispose());

        Assert.Equal(isSame, refusal is null);
        if (!isSame)
        {
            var error = Assert.IsType<SandboxConfigurationException>(refusal);
            Assert.Equal("MAY1104", error.Code);
            Assert.Contains("'a' and 'b'", error.Message, StringComparison.Ordinal);
        }

        // Whoever is refused leaves the turn to others.
        (await EnterAsync("c")).Dispose();
    }

    [Fact]
    public async Task AMachineThatDiesEndsTheSessionAndLaterStepsAreToldWhere()
    {
        using (var first = await EnterAsync("a"))
        {
            first.Begin(Plan(), "");
            _machine.Next = () => throw new SandboxSessionException("MAY3020", "gone");
            await Assert.ThrowsAsync<SandboxSessionException>(() => first.RunAsync(Job, default));
        }

        var error = await Assert.ThrowsAsync<MayflyException>(() => EnterAsync("b"));

        Assert.Equal("MAY1115", error.Code);
        Assert.Contains("it died in the step 'a'", error.Message, StringComparison.Ordinal);
        Assert.True(_machine.IsDisposed);
    }

    [Fact]
    public async Task AMachineThatEndsBetweenTwoStepsIsNoticed()
    {
        using (var first = await EnterAsync("a"))
        {
            first.Begin(Plan(), "");
        }

        _machine.HasEnded = true;

        Assert.Contains("ended after the step 'a'", (await Assert.ThrowsAsync<MayflyException>(() => EnterAsync("b"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACancelledCommandTakesTheMachineAlong()
    {
        using var first = await EnterAsync("a");
        first.Begin(Plan(), "");
        _machine.Next = () => throw new OperationCanceledException();

        await Assert.ThrowsAsync<OperationCanceledException>(() => first.RunAsync(Job, default));

        Assert.True(_machine.IsDisposed);
    }

    [Fact]
    public async Task AnErrorThatLeavesTheMachineAliveLeavesTheSessionToo()
    {
        using (var first = await EnterAsync("a"))
        {
            first.Begin(Plan(), "");
            _machine.Next = () => throw new SandboxTransferException("MAY3012", "no such file");
            await Assert.ThrowsAsync<SandboxTransferException>(() => first.RunAsync(Job, default));
        }

        using var second = await EnterAsync("b");
        Assert.True(second.MustRun);
        Assert.False(_machine.IsDisposed);
    }

    [Fact]
    public void TheEndOfTheBuildEndsTheMachine()
    {
        _session.Dispose();

        Assert.True(_machine.IsDisposed);
    }

    public void Dispose() => _session.Dispose();

    private Task<SessionTurn> EnterAsync(string step) => _session.EnterAsync(step, Plan().Machine, default);

    private static CommandPlan Plan() => CommandPlan.Of(new SandboxExec { Command = "true", Memory = "512M" }, new GuestLayout("/src/app", []));

    private sealed class FakeMachine : ISessionMachine
    {
        public bool HasEnded { get; set; }

        public bool IsDisposed { get; private set; }

        public Func<SandboxJobResult> Next { get; set; } = () => throw new InvalidOperationException();

        public Task<SandboxJobResult> RunAsync(SandboxJob job, CancellationToken cancellationToken) => Task.FromResult(Next());

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }
}
