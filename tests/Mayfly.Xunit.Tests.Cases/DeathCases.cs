namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests that end their machine, each with a neighbour after it.</summary>
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
    public async Task B_Neighbour() => await UseAsync();

    [SandboxFact(TimeoutSeconds = 5)]
    public async Task C_AwaitsTheGuestForEver()
    {
        Witness.Saw(fixture.Sandbox);
        await fixture.Sandbox.ExecAsync(["sleep", "1000"], new ExecOptions { Timeout = Timeout.InfiniteTimeSpan });
    }

    [SandboxFact]
    public async Task D_Neighbour() => await UseAsync();

    [SandboxFact(TimeoutSeconds = 5)]
    public void E_BlocksOnTheGuestForEver()
    {
        Witness.Saw(fixture.Sandbox);
        fixture.Sandbox.ExecAsync(["sleep", "1000"], new ExecOptions { Timeout = Timeout.InfiniteTimeSpan }).Wait();
    }

    [SandboxFact]
    public async Task F_Neighbour() => await UseAsync();

    private async Task UseAsync([System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        Witness.Saw(fixture.Sandbox, test);
        (await fixture.Sandbox.ExecAsync(["true"])).EnsureSuccess();
    }
}
