namespace SandboxTests;

/// <summary>
/// What kills a machine is a result like any other, and harms nobody: each test has a machine of its own, which is what
/// <see cref="SandboxFixture"/> gives unless told otherwise.
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

    [SandboxTheory]
    [InlineData("the first")]
    [InlineData("the second")] // Would find nothing if it had the first one's machine.
    public async Task RemovingEverythingConcernsOneRowAlone(string row)
    {
        await _sandbox.ExecAsync(["echo", row]).Succeeds();

        await _sandbox.ShellAsync("rm -rf --no-preserve-root / 2>/dev/null; rm -rf /bin /sbin /usr /etc /lib");

        Assert.Equal(ExecEndKind.CouldNotStart, (await _sandbox.ExecAsync(["echo", row])).End.Kind);
    }

    [SandboxFact]
    public async Task PoweringOffIsAnEndOfItsOwn()
    {
        var result = await _sandbox.ShellAsync("echo o > /proc/sysrq-trigger; sleep 60");

        Assert.Equal(ExecEndKind.GuestDied, result.End.Kind);
        Assert.Equal(SandboxEndCause.PoweredOff, (await _sandbox.Ended).Cause);
    }
}
