using System.Text.RegularExpressions;
using Mayfly.Xunit.Tests.Cases;
using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests;

/// <summary>When a fixture starts a sandbox, and what a start that fails says.</summary>
public sealed class SandboxStartTests
{
    private static readonly Dictionary<string, string> Required = new() { ["MAYFLY_REQUIRE"] = "1" };

    public SandboxStartTests()
    {
        CountingFixture.Reset();
        PreparedOnceFixture.Reset();
        Witness.Take();
    }

    [Fact]
    public async Task SkippedTestsAndTestsWithoutTheFixtureStartNone()
    {
        var run = await CaseRun.OfAsync(Required, typeof(SkippedCases));

        run.AssertCounts(passed: 1, failed: 0, skipped: 2);
        Assert.Equal(0, CountingFixture.Starts);
    }

    [Fact]
    public async Task AFirstStartThatFailsIsNotTriedAgain()
    {
        var run = await CaseRun.OfAsync(Required, typeof(FailingStartCases));

        run.AssertCounts(passed: 0, failed: 3, skipped: 0);
        Assert.All(run.Of(nameof(FailingStartCases.IsNotReached)), result => Assert.StartsWith("MAY1002: ", Assert.IsAssignableFrom<ITestFailed>(result).Messages[0], StringComparison.Ordinal));
        Assert.Equal(1, CountingFixture.Starts);
    }

    [Fact]
    public async Task APlainFactIsToldThatItHasNone()
    {
        var run = await CaseRun.OfAsync(Required, typeof(PlainCases));

        Assert.Contains("Mark the test so", Assert.Single(run.Failure(nameof(PlainCases.AsksForIt)).Messages), StringComparison.Ordinal);
        Assert.Contains("Mark the test so", Assert.Single(run.Failure(nameof(PlainCases.ExpectsItToRun)).Messages), StringComparison.Ordinal);
        Assert.Equal(0, CountingFixture.Starts);
    }

    [Fact]
    public async Task ALifetimeThatIsNoneIsRefused()
    {
        await using var fixture = new LastingFixture();

        var refused = await Assert.ThrowsAsync<SandboxConfigurationException>(() => fixture.GetSandboxAsync());

        Assert.StartsWith("MAY1001: Lifetime is 7", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "MicroVM")]
    public async Task ABootThatFailsFailsTheTestWithTheConsole()
    {
        var run = await CaseRun.OfAsync(Required, typeof(UnbootableCases));

        var message = Assert.Single(run.Failure(nameof(UnbootableCases.IsNotReached)).Messages);
        Assert.StartsWith("MAY2003: ", message, StringComparison.Ordinal);
        Assert.Contains("Kernel panic", message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "MicroVM")]
    public async Task APreparationThatFailsFailsTheTestsAndLeavesNothing()
    {
        var run = await CaseRun.OfAsync(Required, typeof(UnpreparableCases));

        run.AssertCounts(passed: 0, failed: 2, skipped: 0);
        var first = run.Failure(nameof(UnpreparableCases.A_IsNotReached));
        Assert.StartsWith("MAY3001: ", Assert.Single(first.Messages), StringComparison.Ordinal);
        Assert.Matches(@"no such thing\n *=> exited with code 9", first.Output);
        Assert.Contains("Console of ", first.Output, StringComparison.Ordinal);
        Assert.Equal(first.Messages, run.Failure(nameof(UnpreparableCases.B_IsNotReachedEither)).Messages);
        Remains.AssertNone(Assert.Single(Witness.Take()).Sandbox);
        Assert.Empty(run.CleanupFailures);
    }

    [Fact]
    [Trait("Category", "MicroVM")]
    public async Task APreparationIsDoneOnceAndEachTestHasACopyOfItsResult()
    {
        var run = await CaseRun.OfAsync(Required, typeof(PreparedOnceCases));

        Assert.Equal(1, PreparedOnceFixture.Preparations);
        Assert.Equal(2, PreparedOnceFixture.HostNames.Distinct().Count());
        Assert.All(PreparedOnceFixture.HostNames, name => Assert.StartsWith("prepared-", name, StringComparison.Ordinal));
        AssertFailedAsMeant(run, 2);
        Assert.All(run.Results, result => Assert.DoesNotContain("echo prepared", result.Output, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Category", "MicroVM")]
    public async Task WhatIsNotToBeClonedIsPreparedForEachTest()
    {
        var run = await CaseRun.OfAsync(Required, typeof(PreparedColdCases));

        Assert.Equal(2, PreparedOnceFixture.Preparations);
        AssertFailedAsMeant(run, 2);
        Assert.All(run.Results, result => Assert.Contains("echo prepared", result.Output, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Category", "MicroVM")]
    public async Task APreparationThatLeavesSomethingOpenIsDoneForEachTestWhichIsSaidOnce()
    {
        var run = await CaseRun.OfAsync(Required, typeof(PreparedOpenCases));

        run.AssertCounts(passed: 2, failed: 0, skipped: 0);
        Assert.Equal(3, PreparedOnceFixture.Preparations);
        Assert.Matches("^PrepareAsync is done for each test, [^\n]*MAY5005: [^\n]*commands, [^\n]*\n$", Assert.Single(run.Results, result => result.Output.Length > 0).Output);
        Assert.All(Witness.Take(), each => Remains.AssertNone(each.Sandbox));
    }

    private static void AssertFailedAsMeant(CaseRun run, int rows)
    {
        Assert.Equal(rows, run.Results.OfType<ITestFailed>().Count(failed => failed.Messages[0].StartsWith("to see the log", StringComparison.Ordinal)));
        Assert.All(run.Results, result => Assert.Equal(1, Regex.Count(result.Output, "Console of ")));
        var seen = Witness.Take();
        Assert.Equal(rows, seen.Select(each => each.Sandbox.Id).Distinct().Count());
        Assert.All(seen, each => Remains.AssertNone(each.Sandbox));
        Assert.Empty(run.CleanupFailures);
    }

    private sealed class LastingFixture : SandboxFixture
    {
        protected override SandboxLifetime Lifetime => (SandboxLifetime)7;
    }
}
