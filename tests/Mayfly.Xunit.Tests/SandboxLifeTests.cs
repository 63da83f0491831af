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
    public async Task EachTestAndEachRowHasItsOwnFromConstructorToDisposal()
    {
        var run = await CaseRun.OfAsync(typeof(PerTestCases));

        run.AssertCounts(passed: 4, failed: 0, skipped: 1);
        Assert.Empty(run.CleanupFailures);
        var seen = Witness.Take();
        var bodies = seen.Where(each => !each.Test.StartsWith("Dispose", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            ["A_RemovesEverything", "B_PowersOffAndGoesOnWithAnother", "B_PowersOffAndGoesOnWithAnother", "C_HasRowsThatRunAsOneTestCase", "C_HasRowsThatRunAsOneTestCase"],
            bodies.Select(each => each.Test));
        Assert.Equal(5, bodies.Select(each => each.Sandbox.Id).Distinct().Count());
        Assert.Equal(4, seen.Count(each => each.Test == "Dispose, ended: False"));
        Assert.All(bodies, each => Remains.AssertNone(each.Sandbox));
    }

    [Fact]
    public async Task TestsThatRunSideBySideHaveTheirOwn()
    {
        Meeting.Reset();
        var run = await CaseRun.OfParallelAsync(typeof(ParallelCasesFirst), typeof(ParallelCasesSecond));

        run.AssertCounts(passed: 2, failed: 0, skipped: 0);
        var seen = Witness.Take();
        Assert.Equal(2, seen.Select(each => each.Sandbox.Id).Distinct().Count());
        Assert.All(seen, each => Remains.AssertNone(each.Sandbox));
    }

    [Fact]
    public async Task AClassSharesOneAndIsToldWhichTestHasEndedIt()
    {
        var run = await CaseRun.OfAsync(typeof(PerClassCasesDying), typeof(PerClassCasesSecond));

        run.AssertCounts(passed: 8, failed: 3, skipped: 0);
        Assert.Empty(run.CleanupFailures);
        var seen = Witness.Take();
        Assert.All(seen, each => Remains.AssertNone(each.Sandbox));
        string[] ids = [.. seen.Select(each => each.Sandbox.Id).Distinct()];
        Assert.Equal(3, ids.Length);
        Assert.Equal([ids[0], ids[0], ids[0], ids[1], ids[1], ids[2], ids[2]], seen.Select(each => each.Sandbox.Id));

        var failure = run.Failure(nameof(PerClassCasesDying.D_FindsItDead));
        Assert.Matches(
            $@"^MAY3031: the sandbox {ids[0]}, which tests share \(SandboxLifetime\.PerClass\), has ended in the test \S+\.C_Panics \(Panicked: [^)]+\)\. ",
            Assert.Single(failure.Messages));
        Assert.Contains("Kernel panic", failure.Output, StringComparison.Ordinal);
        Assert.Matches(
            $@"^MAY3031: the sandbox {ids[2]}, [^,]+, has ended in the test \S+\.C_PassesItsDeadline \(Disposed: ",
            Assert.Single(run.Failure(nameof(PerClassCasesSecond.D_FindsItGone)).Messages));
    }

    [Fact]
    public async Task TestsThatEndTheirSandboxDoNotDisturbTheNextAndNothingIsLeft()
    {
        var run = await CaseRun.OfAsync(typeof(DeathCases));

        run.AssertPassed(nameof(DeathCases.B_Neighbour));
        run.AssertCounts(passed: 1, failed: 3, skipped: 0);
        Assert.Empty(run.CleanupFailures);

        var panic = run.Failure(nameof(DeathCases.A_Panics)).Output;
        Assert.Matches(@"Sandbox \S+ has ended: Panicked: ", panic);
        Assert.Contains("Kernel panic", panic, StringComparison.Ordinal);

        var seen = Witness.Take();
        Assert.Equal(4, seen.Select(each => each.Sandbox.Id).Distinct().Count());
        Assert.All(seen, each => Remains.AssertNone(each.Sandbox));

        // The deadline ended the waiting for the guest, of an async body and of a blocking one, and names the command.
        foreach (var method in new[] { nameof(DeathCases.C_AwaitsTheGuestForEver), nameof(DeathCases.D_BlocksOnTheGuestForEver) })
        {
            var failure = run.Failure(method);
            Assert.Matches(
                @"^MAY3030: the test did not end within its deadline of 5 s\. It was waiting for \$ sleep 1000 \(for [0-9.]+ s\)\. Its sandbox was disposed of\. Raise TimeoutSeconds",
                failure.Messages[0]);
            Assert.Matches(@"\$ sleep 1000\n *=> lost its machine", failure.Output);
        }
    }

    [Fact]
    public async Task WhatCannotBeRemovedFailsTheTestThatHadIt()
    {
        // Its directory goes by being renamed to this first, which holds something that not even root can remove.
        var place = "";
        var obstacle = "";
        UnremovableCases.Block = sandbox =>
        {
            place = Remains.Directories(sandbox).Single();
            obstacle = Path.Combine(Path.GetDirectoryName(place)!, $".gone-{sandbox.Id}");
            Directory.CreateDirectory(obstacle);
            File.WriteAllText(Path.Combine(obstacle, "stuck"), "");
            Assert.Equal(0, ChangeAttributes("+i", Path.Combine(obstacle, "stuck")));
        };
        try
        {
            var run = await CaseRun.OfAsync(typeof(UnremovableCases));

            var message = Assert.Single(run.Failure(nameof(UnremovableCases.Passes)).Messages);
            Assert.StartsWith("MAY4001: ", message, StringComparison.Ordinal);
            Assert.Contains("was not removed", message, StringComparison.Ordinal);
            Assert.Contains(Path.GetFileName(place), message, StringComparison.Ordinal);
            Assert.Empty(run.CleanupFailures);
        }
        finally
        {
            foreach (var left in new[] { obstacle, place }.Where(Directory.Exists))
            {
                ChangeAttributes("-R", "-f", "-i", left);
                Directory.Delete(left, recursive: true);
            }
        }
    }

    [Fact]
    public async Task AFixtureMadeByHandIsOneToo()
    {
        Sandbox sandbox;
        await using (var fixture = new PerClassFixture())
        {
            Assert.Throws<InvalidOperationException>(() => fixture.Sandbox);
            sandbox = await fixture.GetSandboxAsync();
            Assert.Same(sandbox, fixture.Sandbox);
            Remains.AssertSome(sandbox);
        }

        Remains.AssertNone(sandbox);
    }

    private static int ChangeAttributes(params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start("chattr", arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
