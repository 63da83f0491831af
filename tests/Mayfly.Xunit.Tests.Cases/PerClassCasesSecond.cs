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
}
