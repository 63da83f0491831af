namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests that find what was prepared, and spoil it.</summary>
public sealed class PreparedOnceCases(PreparedOnceFixture fixture) : IClassFixture<PreparedOnceFixture>
{
    [SandboxTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task FindsItAndFails(int row)
    {
        Witness.Saw(fixture.Sandbox);
        PreparedOnceFixture.HostNames.Enqueue((await fixture.Sandbox.ShellAsync("cat /proc/sys/kernel/hostname")).StandardOutput);
        Assert.Equal("prepared\n", (await fixture.Sandbox.ShellAsync("cat /prepared && rm /prepared")).StandardOutput);
        Assert.Fail($"to see the log of row {row}");
    }
}
