namespace Mayfly.Xunit.Tests.Cases;

[Collection(CollectionCases.Name)]
public sealed class CollectionCasesFirst(SharedPreparedFixture fixture)
{
    [SandboxFact]
    public async Task FindsItPrepared()
    {
        Witness.Saw(fixture.Sandbox);
        Assert.Equal("prepared\n", (await fixture.Sandbox.ExecAsync(["cat", "/prepared"])).StandardOutput);
    }
}
