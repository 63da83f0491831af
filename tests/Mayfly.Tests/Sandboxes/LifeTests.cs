namespace Mayfly.Tests.Sandboxes;

/// <summary>Machines that are killed, crash, or never come up; each test has its own.</summary>
[Trait("Category", "MicroVM")]
public abstract class LifeTests(SandboxOptions options)
{
    protected LifeTests(SandboxTransport transport)
        : this(new SandboxOptions { Transport = transport })
    {
    }

    private SandboxOptions Options { get; } = options;

    [Fact]
    public async Task DisposalLeavesNeitherProcessNorDirectory()
    {
        var sandbox = await Sandbox.StartAsync(Options);
        var footprint = Footprint.Of(sandbox);
        footprint.AssertPresent();

        await sandbox.DisposeAsync();
        await sandbox.DisposeAsync();

        footprint.AssertGone();
        Assert.Equal(SandboxEndCause.Disposed, (await sandbox.Ended).Cause);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sandbox.ExecAsync(["true"]));
    }

    [Fact]
    public async Task DisposalUnderARunningCommandEndsItWithTheMachine()
    {
        var sandbox = await Sandbox.StartAsync(Options);
        var footprint = Footprint.Of(sandbox);
        await using var command = await sandbox.StartCommandAsync(["sleep", "1000"], Patience.Long);

        await sandbox.DisposeAsync();

        var end = await command.Completion.WithPatience();
        Assert.Equal(ExecEndKind.GuestDied, end.Kind);
        footprint.AssertGone();
    }

    [Fact]
    public async Task AStreamIntoTheGuestEndsWithTheMachine()
    {
        var sandbox = await Sandbox.StartAsync(Options);
        await using var service = await sandbox.StartCommandAsync(["nc", "-ll", "-p", "2000", "-e", "cat"], new ExecOptions { Timeout = Timeout.InfiniteTimeSpan });
        (await sandbox.ShellAsync("until grep -qi ':07D0 0' /proc/net/tcp /proc/net/tcp6; do sleep 0.1; done", Patience.Long)).EnsureSuccess();
        await using var stream = await sandbox.ConnectAsync(2000).WithPatience();
        var reading = stream.ReadAsync(new byte[1]).AsTask();

        await sandbox.ShellAsync("echo c > /proc/sysrq-trigger", Patience.Long);

        await Assert.ThrowsAnyAsync<IOException>(() => reading).WithPatience();
        Assert.Equal("MAY3006", (await Assert.ThrowsAsync<SandboxSessionException>(() => sandbox.ConnectAsync(2000))).Code);
        await sandbox.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sandbox.ConnectAsync(2000));
    }

    [Fact]
    public async Task APanicIsRecognisedAtOnceAndShowsTheConsole()
    {
        await using var sandbox = await Sandbox.StartAsync(Options);

        var result = await sandbox.ShellAsync("echo last words; sleep 0.2; echo c > /proc/sysrq-trigger", Patience.Long);

        Assert.Equal(ExecEndKind.GuestDied, result.End.Kind);
        Assert.Equal("last words\n", result.StandardOutput);
        Assert.Equal(SandboxEndCause.Panicked, (await sandbox.Ended.WithPatience()).Cause);
        var exception = Assert.Throws<ExecException>(result.EnsureSuccess);
        Assert.Equal("MAY3006", exception.Code);
        Assert.Contains("Kernel panic", exception.Message, StringComparison.Ordinal);
        var late = await sandbox.ExecAsync(["true"]);
        Assert.Equal(ExecEndKind.GuestDied, late.End.Kind);
    }

    [Fact]
    public async Task PoweringOffIsNotAPanic()
    {
        await using var sandbox = await Sandbox.StartAsync(Options);

        var result = await sandbox.ShellAsync("poweroff -f; sleep 100", Patience.Long);

        Assert.Equal(ExecEndKind.GuestDied, result.End.Kind);
        Assert.Equal(SandboxEndCause.PoweredOff, (await sandbox.Ended.WithPatience()).Cause);
    }

    [Fact]
    public async Task AKilledMonitorEndsThePendingCommand()
    {
        await using var sandbox = await Sandbox.StartAsync(Options);
        var footprint = Footprint.Of(sandbox);
        var running = sandbox.ExecAsync(["sleep", "1000"], Patience.Long);

        footprint.KillMonitor();

        var result = await running.WithPatience();
        Assert.Equal(ExecEndKind.GuestDied, result.End.Kind);
        Assert.Equal(SandboxEndCause.MonitorFailed, (await sandbox.Ended).Cause);
    }

    [Fact]
    public async Task AFrozenMachineIsKilledWhenItsCommandRunsOutOfTime()
    {
        await using var sandbox = await Sandbox.StartAsync(Options);
        var footprint = Footprint.Of(sandbox);
        footprint.FreezeMonitor();

        var result = await sandbox.ExecAsync(["true"], new ExecOptions { Timeout = TimeSpan.FromSeconds(1), GracePeriod = TimeSpan.Zero }).WithPatience();

        Assert.Equal(ExecEndKind.TimedOut, result.End.Kind);
        Assert.Contains("killed", result.End.Message, StringComparison.Ordinal);
        await sandbox.Ended.WithPatience();
    }

    [Fact]
    public async Task TheLeastMemoryBoots()
    {
        await using var sandbox = await Sandbox.StartAsync(Options with { Memory = SandboxOptionsCheck.LeastMemory, Cold = true });

        Assert.Equal(0, (await sandbox.ExecAsync(["true"], Patience.Long)).ExitCode);
    }

    [Fact]
    public async Task SeveralProcessorsAreSeenByTheGuest()
    {
        await using var sandbox = await Sandbox.StartAsync(Options with { Cpus = 2, HostName = "two-of-them" });

        var result = await sandbox.ShellAsync("nproc; hostname", Patience.Long);

        Assert.Equal("2\ntwo-of-them\n", result.StandardOutput);
    }

    [Fact]
    public async Task AGuestThatNeverSpeaksIsABootErrorAndLeavesNothing()
    {
        var scratch = Directory.CreateTempSubdirectory("mayfly-test-");
        var before = Footprint.Directories();
        var options = Options with
        {
            BootTimeout = TimeSpan.FromSeconds(3),
            Acceleration = Acceleration.Tcg,
            KernelPath = HaltingKernel.WriteTo(scratch.FullName),
        };

        SandboxBootException exception;
        try
        {
            exception = await Assert.ThrowsAsync<SandboxBootException>(() => Sandbox.StartAsync(options));
        }
        finally
        {
            scratch.Delete(recursive: true);
        }

        Assert.Equal("MAY2001", exception.Code);
        Assert.Contains("3 s", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, Footprint.Directories());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    [InlineData(600)]
    [InlineData(1200)]
    public async Task AStartThatIsCancelledLeavesNothing(int afterMs)
    {
        using var cancel = new CancellationTokenSource(afterMs);
        var before = Footprint.Directories();
        try
        {
            await using var sandbox = await Sandbox.StartAsync(Options, cancel.Token);
        }
        catch (OperationCanceledException exception)
        {
            Assert.Equal(cancel.Token, exception.CancellationToken);
        }

        Assert.Equal(before, Footprint.Directories());
    }
}
