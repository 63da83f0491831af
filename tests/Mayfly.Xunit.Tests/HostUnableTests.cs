using Mayfly.Xunit.Tests.Cases;
using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests;

/// <summary>Where no sandbox can be had, tests are skipped, or fail where that is asked for; nothing passes unrun.</summary>
public sealed class HostUnableTests
{
    private static readonly Dictionary<string, string> Required = new() { ["MAYFLY_REQUIRE"] = "1" };

    [Fact]
    public async Task TestsThatStartTheirOwnAreSkippedWithTheReason()
    {
        var run = await CaseRun.OfAsync(typeof(HostUnableCases));

        var reason = run.Skip(nameof(HostUnableCases.StartsOne)).Reason;
        Assert.StartsWith("No sandbox can be had on this host: MAY1002: ", reason, StringComparison.Ordinal);
        Assert.Contains(AbsentMonitorFixture.Path, reason, StringComparison.Ordinal);
        Assert.EndsWith("(MAYFLY_REQUIRE=1 makes this a failure.)", reason, StringComparison.Ordinal);
        run.Skip(nameof(HostUnableCases.StartsOneAndBlocks));
        Assert.Equal(2, run.Of(nameof(HostUnableCases.StartsOnePerRow)).OfType<ITestSkipped>().Count());
        Assert.Equal(5, run.Of(nameof(HostUnableCases.MeetsAHostWithoutWhatItTakes)).OfType<ITestSkipped>().Count());
        run.AssertPassed(nameof(HostUnableCases.NeedsNone));
        run.AssertCounts(passed: 2, failed: 8, skipped: 10);
    }

    [Fact]
    public async Task OneRowOfATheoryCanBeSkippedWhileAnotherPasses()
    {
        var run = await CaseRun.OfAsync(typeof(HostUnableCases));

        var rows = run.Of(nameof(HostUnableCases.StartsOneForOneOfItsRows));
        Assert.EndsWith("(row: opaque 1)", Assert.Single(rows.OfType<ITestSkipped>()).Test.DisplayName, StringComparison.Ordinal);
        Assert.EndsWith("(row: opaque 2)", Assert.Single(rows.OfType<ITestPassed>()).Test.DisplayName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherErrorsAreFailures()
    {
        var run = await CaseRun.OfAsync(typeof(HostUnableCases));

        Assert.Equal(7, run.Of(nameof(HostUnableCases.MeetsAnotherError)).OfType<ITestFailed>().Count());
        Assert.Contains("a bug", run.Failure(nameof(HostUnableCases.FailsInTwoWays)).Messages[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereSandboxesAreRequiredTheyFail()
    {
        var run = await CaseRun.OfAsync(Required, typeof(HostUnableCases));

        Assert.StartsWith("MAY1002: ", Assert.Single(run.Failure(nameof(HostUnableCases.StartsOne)).Messages), StringComparison.Ordinal);
        run.AssertCounts(passed: 2, failed: 18, skipped: 0);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("0", 0)]
    [InlineData("false", 0)]
    [InlineData("true", 3)]
    [InlineData("yes", 3)]
    public async Task OnlyAClearNoAllowsSkipping(string value, int failed)
    {
        var run = await CaseRun.OfAsync(new Dictionary<string, string> { ["MAYFLY_REQUIRE"] = value }, typeof(AbsentMonitorFixtureCases));

        run.AssertCounts(passed: 0, failed: failed + 1, skipped: 3 - failed);
    }

    [Fact]
    public async Task TestsOfAFixtureAreSkippedOneByOneAndPlainFactsFail()
    {
        var run = await CaseRun.OfAsync(typeof(AbsentMonitorFixtureCases));

        Assert.Contains("MAY1002", run.Skip(nameof(AbsentMonitorFixtureCases.UsesIt)).Reason, StringComparison.Ordinal);
        Assert.Equal(2, run.Of(nameof(AbsentMonitorFixtureCases.UsesItPerRow)).OfType<ITestSkipped>().Count());
        Assert.Contains("MAY1002", Assert.Single(run.Failure(nameof(AbsentMonitorFixtureCases.UsesItFromAPlainFact)).Messages), StringComparison.Ordinal);
        run.AssertCounts(passed: 0, failed: 1, skipped: 3);
        Assert.Empty(run.CleanupFailures);
    }

    [Fact]
    public async Task TestsBehindAUsersOwnFixtureAreSkippedToo()
    {
        var run = await CaseRun.OfAsync(typeof(ForeignFixtureCases));

        Assert.Contains("MAY1002", run.Skip(nameof(ForeignFixtureCases.IsNeverReached)).Reason, StringComparison.Ordinal);
        run.Failure(nameof(ForeignFixtureCases.IsNeverReachedEither));
        run.AssertCounts(passed: 0, failed: 1, skipped: 1);

        (await CaseRun.OfAsync(Required, typeof(ForeignFixtureCases))).AssertCounts(passed: 0, failed: 2, skipped: 0);
    }

    [Fact]
    public async Task AFixtureWithABugFailsItsTests()
    {
        var run = await CaseRun.OfAsync(typeof(BrokenFixtureCases));

        Assert.Equal("a bug in Configure", Assert.Single(run.Failure(nameof(BrokenFixtureCases.IsNotReached)).Messages));
        run.AssertCounts(passed: 0, failed: 1, skipped: 0);
    }

    [Fact]
    public async Task TheEnvironmentReachesTheFixture()
    {
        var run = await CaseRun.OfAsync(new Dictionary<string, string> { ["MAYFLY_ACCEL"] = "tcg", ["MAYFLY_TRANSPORT"] = "kernel-vsock", ["MAYFLY_MEMORY"] = "192M" }, typeof(EnvironmentCases));
        Assert.Equal("Tcg over KernelVsock with 192 MiB", Assert.Single(run.Failure(nameof(EnvironmentCases.IsNotReached)).Messages));

        run = await CaseRun.OfAsync(new Dictionary<string, string> { ["MAYFLY_ACCEL"] = "xen" }, typeof(EnvironmentCases));
        Assert.Contains("MAY1001: the environment variable MAYFLY_ACCEL is 'xen'", Assert.Single(run.Failure(nameof(EnvironmentCases.IsNotReached)).Messages), StringComparison.Ordinal);

        run = await CaseRun.OfAsync(new Dictionary<string, string> { ["MAYFLY_TRANSPORT"] = "pigeon" }, typeof(EnvironmentCases));
        Assert.Contains("MAYFLY_TRANSPORT is 'pigeon'", Assert.Single(run.Failure(nameof(EnvironmentCases.IsNotReached)).Messages), StringComparison.Ordinal);

        run = await CaseRun.OfAsync(new Dictionary<string, string> { ["MAYFLY_MEMORY"] = "much" }, typeof(EnvironmentCases));
        Assert.Contains("MAYFLY_MEMORY is 'much'", Assert.Single(run.Failure(nameof(EnvironmentCases.IsNotReached)).Messages), StringComparison.Ordinal);
    }
}
