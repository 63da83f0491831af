using Mayfly.Xunit.Tests.Cases.Guests;
using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>Tests of a class that share a machine share its fixtures, and its end.</summary>
[Trait("Category", "MicroVM")]
public sealed class GuestSharedTests
{
    private static readonly Dictionary<string, string> _required = new() { ["MAYFLY_REQUIRE"] = "1" };

    [Fact]
    public async Task TheMachineAndItsFixturesAreTheSameForAll()
    {
        var run = await RunAsync(typeof(GuestSharedCases));

        run.AssertCounts(passed: 3, failed: 1, skipped: 0);
        Assert.Empty(run.CleanupFailures);
        Assert.Equal("which ends nothing", Assert.Single(run.Failure(nameof(GuestSharedCases.Second)).Messages));
        Assert.Single(run.Results.Select(result => Assert.Single(result.Output.Split('\n'), line => line.StartsWith("fixture 1, boot ", StringComparison.Ordinal))).Distinct());
    }

    [Theory]
    [InlineData(typeof(GuestSharedPanicCases), "MAY3032: the test has no result: ", "anic")]
    [InlineData(typeof(GuestSharedCrashCases), "MAY3032: the test has no result: ", "exited with code 0")]
    [InlineData(typeof(GuestSharedHangCases), "MAY3030: ", "did not end within its deadline of 1 s")]
    public async Task TheTestsBehindOneThatEndedItHearWhichItWas(Type classes, string first, string cause)
    {
        var run = await RunAsync(classes);

        run.AssertCounts(passed: 0, failed: 2, skipped: 0);
        Assert.Empty(run.CleanupFailures);
        var ended = run.Failure("First").Messages[0];
        Assert.StartsWith(first, ended, StringComparison.Ordinal);
        Assert.Contains(cause, ended, StringComparison.Ordinal);
        var told = Assert.Single(run.Failure("Second").Messages);
        Assert.StartsWith("MAY3031: ", told, StringComparison.Ordinal);
        Assert.Contains($"has ended in the test {classes.FullName}.First (", told, StringComparison.Ordinal);
        Assert.Contains(cause, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFixtureThatCantBeDisposedOfIsAFailureOfTheClassesCleanUp()
    {
        var run = await RunAsync(typeof(GuestSharedUndisposableCases));

        run.AssertPassed(nameof(GuestSharedUndisposableCases.Passes));
        var failure = Assert.IsAssignableFrom<ITestClassCleanupFailure>(Assert.Single(run.CleanupFailures));
        Assert.Contains("MAY3032: ", failure.Messages[0], StringComparison.Ordinal);
        Assert.Contains("can't be disposed of, in a guest: True", string.Concat(failure.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClassesWithTestsOnTheHostKeepTheirFixturesThereAndCantShare()
    {
        GuestWitness.Made.Clear();

        var run = await RunAsync(typeof(GuestMixedCases));

        run.AssertCounts(passed: 2, failed: 1, skipped: 0);
        Assert.Equal([nameof(GuestCollectionFixture), nameof(GuestFixture)], GuestWitness.Made.Order(StringComparer.Ordinal));
        Assert.StartsWith("MAY1001: GuestIsolation.Class is for classes whose tests all run in guests", Assert.Single(run.Failure(nameof(GuestMixedCases.Shared)).Messages), StringComparison.Ordinal);
        GuestWitness.Made.Clear();
    }

    [Fact]
    public async Task TestsThatWantDifferentMachinesCantShare()
    {
        var run = await RunAsync(typeof(GuestUnlikeCases));

        run.AssertPassed(nameof(GuestUnlikeCases.First));
        Assert.StartsWith("MAY1001: the tests of the class share a machine", Assert.Single(run.Failure(nameof(GuestUnlikeCases.Second)).Messages), StringComparison.Ordinal);
        Assert.Empty(run.CleanupFailures);
    }

    private static Task<CaseRun> RunAsync(params Type[] classes) => CaseRun.OfAsync(_required, classes);
}
