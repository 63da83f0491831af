using Mayfly.Xunit.Tests.Cases;

namespace Mayfly.Xunit.Tests;

/// <summary>Who shares a sandbox with whom, when it is replaced, and that none is left.</summary>
[Trait("Category", "MicroVM")]
public sealed class SandboxLifeTests
{
    public SandboxLifeTests() => Witness.Take();

    [Fact]
    public async Task TheClassesOfACollectionShareOnePreparedSandbox()
    {
        var run = await CaseRun.OfAsync(typeof(CollectionCasesFirst), typeof(CollectionCasesSecond));

        run.AssertCounts(passed: 2, failed: 0, skipped: 0);
        Assert.Single(Witness.Take().Select(seen => seen.Sandbox.Id).Distinct());
    }

    [Fact]
    public async Task ADeadSandboxIsReplacedAndNothingIsLeft()
    {
        var run = await CaseRun.OfAsync(typeof(DeathCases));

        run.AssertPassed(nameof(DeathCases.B_Neighbour));
        run.AssertPassed(nameof(DeathCases.D_Neighbour));
        run.AssertPassed(nameof(DeathCases.F_Neighbour));
        run.AssertCounts(passed: 3, failed: 3, skipped: 0);
        Assert.Empty(run.CleanupFailures);

        var panic = run.Failure(nameof(DeathCases.A_Panics)).Output;
        Assert.Matches(@"Sandbox \S+ has ended: Panicked: ", panic);
        Assert.Contains("Kernel panic", panic, StringComparison.Ordinal);

        var seen = Witness.Take();
        var ids = seen.ToDictionary(each => each.Test, each => each.Sandbox.Id);
        Assert.Equal(6, ids.Count);
        Assert.NotEqual(ids["A_Panics"], ids["B_Neighbour"]);
        Assert.Equal(ids["B_Neighbour"], ids["C_AwaitsTheGuestForEver"]);
        Assert.NotEqual(ids["C_AwaitsTheGuestForEver"], ids["D_Neighbour"]);
        Assert.Equal(ids["D_Neighbour"], ids["E_BlocksOnTheGuestForEver"]);
        Assert.NotEqual(ids["E_BlocksOnTheGuestForEver"], ids["F_Neighbour"]);
        Assert.All(seen, each => Remains.AssertNone(each.Sandbox));

        // The deadline ended the waiting for the guest, of an async body and of a blocking one, and names the command.
        foreach (var method in new[] { nameof(DeathCases.C_AwaitsTheGuestForEver), nameof(DeathCases.E_BlocksOnTheGuestForEver) })
        {
            var failure = run.Failure(method);
            Assert.Matches(
                @"^MAY3030: the test did not end within its deadline of 5 s\. It was waiting for \$ sleep 1000 \(for [0-9.]+ s\)\. Its sandbox was disposed of\. Raise TimeoutSeconds",
                failure.Messages[0]);
            Assert.Matches(@"\$ sleep 1000\n *=> lost its machine", failure.Output);
        }
    }

    [Fact]
    public async Task AFixtureMadeByHandIsOneToo()
    {
        Sandbox sandbox;
        await using (var fixture = new SandboxFixture())
        {
            Assert.Throws<InvalidOperationException>(() => fixture.Sandbox);
            sandbox = await fixture.GetSandboxAsync();
            Assert.Same(sandbox, fixture.Sandbox);
            Remains.AssertSome(sandbox);
        }

        Remains.AssertNone(sandbox);
    }
}
