namespace Mayfly.Xunit.Tests.Cases;

[Collection(CollectionCases.Name)]
public sealed class CollectionCasesSecond(SharedPreparedFixture fixture)
{
    [SandboxFact]
    public async Task FindsItPreparedToo()
    {
        Witness.Saw(fixture.Sandbox);
        Assert.Equal("prepared\n", (await fixture.Sandbox.ExecAsync(["cat", "/prepared"])).StandardOutput);
    }
}
