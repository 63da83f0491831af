namespace SandboxTests;

/// <summary>
/// What kills a machine is a result like any other, and the next test finds a fresh machine: the fixture replaces one
/// that has ended.
/// </summary>
[Trait("Category", "MicroVM")]
public sealed class DeathTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly Sandbox _sandbox = fixture.Sandbox;

    [SandboxFact]
    public async Task KillingInitPanicsTheKernel()
    {
        // The kernel shields init from every signal it has no handler for, also from root's SIGKILL...
        await _sandbox.ExecAsync(["kill", "-KILL", "1"]).Succeeds();

        // ...but not from a fault of its own. Root may write to its memory, so its code is wiped out.
        var fatal = await _sandbox.ShellAsync(
            """
            set -- $(grep -m 1 r-xp /proc/1/maps | tr - ' ')
            dd if=/dev/zero of=/proc/1/mem bs=4096 seek=$((0x$1 / 4096)) count=$(((0x$2 - 0x$1) / 4096)) conv=notrunc
            sleep 60
            """);

        Assert.Equal(ExecEndKind.GuestDied, fatal.End.Kind);
        Assert.Equal(SandboxEndCause.Panicked, (await _sandbox.Ended).Cause);
        Assert.Contains("Attempted to kill init!", _sandbox.Console.GetText(), StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task RemovingEverythingLeavesTheNextTestAMachine()
    {
        await _sandbox.ShellAsync("rm -rf --no-preserve-root / 2>/dev/null; rm -rf /bin /sbin /usr /etc /lib");

        Assert.Equal(ExecEndKind.CouldNotStart, (await _sandbox.ExecAsync(["ls"])).End.Kind);

        // This machine still runs, so the fixture would keep it; disposal makes it start another.
        await _sandbox.DisposeAsync();
        var next = await fixture.GetSandboxAsync();
        (await next.ExecAsync(["ls", "/bin/busybox"])).EnsureSuccess();
    }

    [SandboxFact]
    public async Task PoweringOffIsAnEndOfItsOwn()
    {
        var result = await _sandbox.ShellAsync("echo o > /proc/sysrq-trigger; sleep 60");

        Assert.Equal(ExecEndKind.GuestDied, result.End.Kind);
        Assert.Equal(SandboxEndCause.PoweredOff, (await _sandbox.Ended).Cause);
    }
}
