using Mayfly.Chaos;

namespace Mayfly.Tests.Chaos;

/// <summary>A few rounds of what build/chaos does by the hundred.</summary>
[Trait("Category", "MicroVM")]
public sealed class ChaosTests
{
    [Fact]
    public async Task WhoeverIsKilledNothingIsLeft()
    {
        var results = await ChaosRun.RunAsync(new ChaosOptions { Rounds = 2, Seed = 4 }, _ => { });

        Assert.Equal(2 * VictimNames.All.Count, results.Count);
        Assert.All(results, result => Assert.True(result.IsFine, result.ToString()));
        Assert.Contains(results, result => !result.WasMissed);
    }

    [Fact]
    public void ASeedMeansTheSameRoundsAgain()
    {
        var first = Enumerable.Range(0, 50).Select(round => RoundPlan.Of(7, Victims.Owner, round)).ToList();

        Assert.Equal(first, Enumerable.Range(0, 50).Select(round => RoundPlan.Of(7, Victims.Owner, round)));
        Assert.NotEqual(first, Enumerable.Range(0, 50).Select(round => RoundPlan.Of(8, Victims.Owner, round)));
        Assert.True(first.DistinctBy(plan => plan.Phase).Count() > 3);
    }

    [Theory]
    [InlineData("owner", 1)]
    [InlineData("owner+warden", 1)]
    [InlineData("image", 1)]
    [InlineData("all", 7)]
    [InlineData("guest", null)]
    public void VictimsAreAskedForByName(string name, int? count) => Assert.Equal(count, VictimNames.Parse(name)?.Count);
}
