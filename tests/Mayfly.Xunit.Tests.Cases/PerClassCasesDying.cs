namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests of a class that share a sandbox until one ends it.</summary>
[Collection(PerClassCases.Name)]
[TestCaseOrderer("Mayfly.Xunit.Tests.Cases.AlphabeticalOrderer", "Mayfly.Xunit.Tests.Cases")]
public sealed class PerClassCasesDying(PerClassFixture fixture)
{
    [Fact]
    public async Task A_StartsItThoughItIsPlain()
    {
        Assert.Throws<InvalidOperationException>(() => fixture.Sandbox);
        Witness.Saw(await fixture.GetSandboxAsync());
    }

    [SandboxTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task B_FindsWhatTheOthersLeft(int row)
    {
        Witness.Saw(fixture.Sandbox);
        Assert.Equal(row, int.Parse((await fixture.Sandbox.ShellAsync("echo row >> /rows; wc -l < /rows")).StandardOutput, System.Globalization.CultureInfo.InvariantCulture));
    }

    [SandboxFact]
    public async Task C_Panics()
    {
        await fixture.Sandbox.ShellAsync("echo c > /proc/sysrq-trigger; sleep 60");
        await fixture.Sandbox.Ended;
    }

    [SandboxFact]
    public void D_FindsItDead() => Assert.Fail($"ran with {fixture.Sandbox.Id}");

    [Fact]
    public async Task E_LeavesAnother() => Witness.Saw(await fixture.GetSandboxAsync());

    [SandboxFact]
    public void F_HasThatOne() => Witness.Saw(fixture.Sandbox);
}
