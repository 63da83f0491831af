namespace Mayfly.Xunit.Tests.Cases;

public sealed class ParallelCasesSecond(PreparedFixture fixture) : IClassFixture<PreparedFixture>
{
    [SandboxFact]
    public async Task MeetsTheOther()
    {
        Witness.Saw(fixture.Sandbox, nameof(ParallelCasesSecond));
        await fixture.Sandbox.ExecAsync(["cp", "/prepared", "/copy"]);
        await Meeting.AwaitTheOtherAsync();
        Assert.Equal("/copy\n", (await fixture.Sandbox.ShellAsync("ls -d /copy*")).StandardOutput);
    }
}
