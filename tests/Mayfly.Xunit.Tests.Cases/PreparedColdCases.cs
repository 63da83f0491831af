namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests that find what was prepared, and spoil it.</summary>
public sealed class PreparedColdCases(ColdPreparedFixture fixture) : IClassFixture<ColdPreparedFixture>
{
    [SandboxTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task FindsItAndFails(int row)
    {
        Witness.Saw(fixture.Sandbox);
        Assert.Equal("prepared\n", (await fixture.Sandbox.ShellAsync("cat /prepared && rm /prepared")).StandardOutput);
        Assert.Fail($"to see the log of row {row}");
    }
}
