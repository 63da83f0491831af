namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests that find what was prepared, and that nobody has spoilt it.</summary>
public sealed class PreparedOpenCases(OpenPreparedFixture fixture) : IClassFixture<OpenPreparedFixture>
{
    [SandboxTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task FindsIt(int row)
    {
        Assert.InRange(row, 1, 2);
        Witness.Saw(fixture.Sandbox);
        Assert.Equal("prepared\n", (await fixture.Sandbox.ShellAsync("cat /prepared && rm /prepared")).StandardOutput);
    }
}
