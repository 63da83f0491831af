namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests that end their machine, and a neighbour.</summary>
[TestCaseOrderer("Mayfly.Xunit.Tests.Cases.AlphabeticalOrderer", "Mayfly.Xunit.Tests.Cases")]
public sealed class DeathCases(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [SandboxFact]
    public async Task A_Panics()
    {
        Witness.Saw(fixture.Sandbox);
        var result = await fixture.Sandbox.ShellAsync("echo c > /proc/sysrq-trigger; sleep 60");
        Assert.Equal(ExecEndKind.GuestDied, result.End.Kind);
        Assert.Equal(SandboxEndCause.Panicked, (await fixture.Sandbox.Ended).Cause);
        Assert.Fail("to see the console");
    }

    [SandboxFact]
    public async Task B_Neighbour()
    {
        Witness.Saw(fixture.Sandbox);
        (await fixture.Sandbox.ExecAsync(["true"])).EnsureSuccess();
    }

    [SandboxFact(TimeoutSeconds = 5)]
    public async Task C_AwaitsTheGuestForEver()
    {
        Witness.Saw(fixture.Sandbox);
        await fixture.Sandbox.ExecAsync(["sleep", "1000"], new ExecOptions { Timeout = Timeout.InfiniteTimeSpan });
    }

    [SandboxFact(TimeoutSeconds = 5)]
    public void D_BlocksOnTheGuestForEver()
    {
        Witness.Saw(fixture.Sandbox);
        fixture.Sandbox.ExecAsync(["sleep", "1000"], new ExecOptions { Timeout = Timeout.InfiniteTimeSpan }).Wait();
    }
}
