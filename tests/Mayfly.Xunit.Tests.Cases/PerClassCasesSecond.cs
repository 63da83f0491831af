namespace Mayfly.Xunit.Tests.Cases;

[Collection(PerClassCases.Name)]
[TestCaseOrderer("Mayfly.Xunit.Tests.Cases.AlphabeticalOrderer", "Mayfly.Xunit.Tests.Cases")]
public sealed class PerClassCasesSecond(PerClassFixture fixture)
{
    [SandboxFact]
    public async Task A_HasAFreshOne()
    {
        Witness.Saw(fixture.Sandbox);
        (await fixture.Sandbox.ExecAsync(["test", "!", "-e", "/rows"])).EnsureSuccess();
    }

    [SandboxFact]
    public void B_SharesIt() => Witness.Saw(fixture.Sandbox);

    [SandboxFact(TimeoutSeconds = 1)]
    public async Task C_PassesItsDeadline() =>
        await fixture.Sandbox.ExecAsync(["sleep", "1000"], new ExecOptions { Timeout = Timeout.InfiniteTimeSpan });

    [SandboxFact]
    public void D_FindsItGone() => Assert.Fail($"ran with {fixture.Sandbox.Id}");
}
