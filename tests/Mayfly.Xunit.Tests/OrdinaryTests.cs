using Mayfly.Xunit.Tests.Cases;
using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests;

/// <summary>What does not concern sandboxes is as xUnit's own.</summary>
public sealed class OrdinaryTests
{
    [Fact]
    public async Task ResultsAndCountsAreTheTestsOwn()
    {
        var run = await CaseRun.OfAsync(typeof(OrdinaryCases));

        run.AssertPassed(nameof(OrdinaryCases.Passes));
        run.AssertPassed(nameof(OrdinaryCases.PassesLater));
        Assert.Contains("Assert.Equal() Failure", Assert.Single(run.Failure(nameof(OrdinaryCases.Fails)).Messages), StringComparison.Ordinal);
        var later = run.Failure(nameof(OrdinaryCases.FailsLater));
        Assert.Equal("failed later", Assert.Single(later.Messages));
        Assert.Equal("System.InvalidOperationException", Assert.Single(later.ExceptionTypes));
        Assert.Contains(nameof(OrdinaryCases.FailsLater), Assert.Single(later.StackTraces), StringComparison.Ordinal);
        Assert.Equal("not today", run.Skip(nameof(OrdinaryCases.IsSkipped)).Reason);
        Assert.Equal("not these", run.Skip(nameof(OrdinaryCases.IsSkippedWithItsRows)).Reason);
        Assert.Contains("No data found", Assert.Single(run.Failure(nameof(OrdinaryCases.HasNoRows)).Messages), StringComparison.Ordinal);
        run.AssertCounts(passed: 6, failed: 6, skipped: 2);
    }

    [Fact]
    public async Task RowsOfATheoryAreTestsOfTheirOwn()
    {
        var run = await CaseRun.OfAsync(typeof(OrdinaryCases));

        Assert.Equal(
            ["HasRows(number: 1, word: \"one\") ITestPassed", "HasRows(number: 2, word: \"two\") ITestFailed"],
            Rows(run, nameof(OrdinaryCases.HasRows)));
        Assert.Equal(2, run.Discovered.Count(each => each.TestMethod.Method.Name == nameof(OrdinaryCases.HasRows)));
    }

    [Fact]
    public async Task RowsThatCannotBeSerializedAreRunAsOneTestCase()
    {
        var run = await CaseRun.OfAsync(typeof(OrdinaryCases));

        Assert.Equal(
            ["HasRowsThatCannotBeSerialized(row: opaque 1) ITestPassed", "HasRowsThatCannotBeSerialized(row: opaque 2) ITestFailed"],
            Rows(run, nameof(OrdinaryCases.HasRowsThatCannotBeSerialized)));
        Assert.Single(run.Discovered, each => each.TestMethod.Method.Name == nameof(OrdinaryCases.HasRowsThatCannotBeSerialized));
    }

    [Fact]
    public async Task NamesAndTraitsAreKept()
    {
        var run = await CaseRun.OfAsync(typeof(OrdinaryCases));

        var named = Assert.Single(run.Discovered, each => each.TestMethod.Method.Name == nameof(OrdinaryCases.IsNamed));
        Assert.Equal("a name for people", named.DisplayName);
        Assert.Equal(["class", "method"], named.Traits["Of"].Order(StringComparer.Ordinal));
        Assert.Equal("a name for people", Assert.Single(run.Of(nameof(OrdinaryCases.IsNamed))).Test.DisplayName);
    }

    [Fact]
    public async Task ADeadlineThatMakesNoSenseFailsTheTest()
    {
        var run = await CaseRun.OfAsync(typeof(OrdinaryCases));

        var failure = run.Failure(nameof(OrdinaryCases.HasAnImpossibleDeadline));
        Assert.Contains("MAY1001: TimeoutSeconds is -1", Assert.Single(failure.Messages), StringComparison.Ordinal);
        run.AssertPassed(nameof(OrdinaryCases.HasAnXunitTimeoutAndIsNotAsync));
    }

    [Fact]
    public async Task LifetimeOutputAndOtherAttributesWorkAsEver()
    {
        var run = await CaseRun.OfAsync(typeof(ComposedCases));

        Assert.Equal(
            ["initialized", "bracket open: True", "disposed later", "disposed"],
            Lines(run.Failure(nameof(ComposedCases.Writes)).Output));
        Assert.False(BracketAttribute.IsOpen);
        run.AssertPassed(nameof(ComposedCases.HasNoSynchronizationContextThatCouldDeadlock));
        Assert.Empty(run.CleanupFailures);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<string> Rows(CaseRun run, string method) =>
        run.Of(method).Select(result => $"{result.Test.DisplayName.Split('.')[^1]} {Kind(result)}").Order(StringComparer.Ordinal);

    private static string Kind(ITestResultMessage result) => result switch
    {
        ITestPassed => nameof(ITestPassed),
        ITestFailed => nameof(ITestFailed),
        _ => nameof(ITestSkipped),
    };
}
