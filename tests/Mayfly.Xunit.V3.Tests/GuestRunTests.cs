using System.Text.RegularExpressions;
using Mayfly.Xunit.V3.Tests.Cases;
using Xunit.Sdk;

namespace Mayfly.Xunit.V3.Tests;

/// <summary>What becomes of tests whose bodies run in guests.</summary>
[Trait("Category", "MicroVM")]
public sealed partial class GuestRunTests(WholeRun whole) : IClassFixture<WholeRun>
{
    private CaseRun Run => whole.Run;

    [Fact]
    public void ATestPassesWithItsOutputWarningsAndAttachments()
    {
        var passed = Run.The<ITestPassed>(nameof(BodyCases.Passes));

        Assert.Contains("before\nto the helper\nto the context\nto the console\nafter\nwarning: a warning\n", passed.Output, StringComparison.Ordinal);
        Assert.Equal(0, Made.CountOf<BracketAttribute>());
        Assert.True(passed.ExecutionTime > 0);
        var attachments = Path.Combine(FilesIn().Match(passed.Output).Groups[1].Value, "artifacts", "attachments");
        Assert.Equal("attached", File.ReadAllText(Path.Combine(attachments, "a%20text%2Fof%20some%20kind")));
        Assert.Equal("attached too", File.ReadAllText(Path.Combine(attachments, "bytes")));
    }

    [Fact]
    public void AFailureIsTheGuestsOwn()
    {
        var failed = Run.The<ITestFailed>(nameof(BodyCases.Fails));

        Assert.Equal(typeof(OddException).FullName, Assert.Single(failed.ExceptionTypes));
        Assert.Equal("odder than ever", Assert.Single(failed.Messages));
        Assert.Contains($"{nameof(BodyCases)}.{nameof(BodyCases.Fails)}() in ", Assert.Single(failed.StackTraces), StringComparison.Ordinal);
        Assert.Equal(FailureCause.Exception, failed.Cause);
    }

    [Fact]
    public void APanicFailsItsOwnTestOnly()
    {
        var failed = Run.The<ITestFailed>(nameof(BodyCases.Panics));

        Assert.StartsWith("MAY3032", failed.Messages[0], StringComparison.Ordinal);
        Assert.Contains("the guest's kernel panicked", failed.Messages[0], StringComparison.Ordinal);
        Assert.Contains("sysrq", failed.Messages[0], StringComparison.Ordinal);
        Run.The<ITestPassed>(nameof(BodyCases.Passes));
        Run.The<ITestPassed>(nameof(MixedCases.InAGuest));
    }

    [Fact]
    public void SkipsAreDecidedOnTheHostWhereTheyCanBeAndInTheBodyElse()
    {
        Assert.Equal("not today", Run.The<ITestSkipped>(nameof(BodyCases.IsSkipped)).Reason);
        Assert.Equal("not on a host", Run.The<ITestSkipped>(nameof(BodyCases.IsSkippedByTheHost)).Reason);
        Assert.Equal("not in here", Run.The<ITestSkipped>(nameof(BodyCases.SkipsItself)).Reason);
        Assert.Equal("not these", Run.The<ITestSkipped>(nameof(RowCases.RowsThatAreSkipped)).Reason);
        Run.The<ITestNotRun>(nameof(BodyCases.IsExplicit));
    }

    [Fact]
    public void RowsAreTestsOfTheirOwn() => Assert.Equal(
        ["Rows(number: 1, word: \"one\") passed", "Rows(number: 2, word: \"two\") failed: Xunit.Sdk.EqualException"],
        Run.Rows(nameof(RowCases.Rows)));

    [Fact]
    public void RowsThatAreKnownLateAreFoundInTheGuestByTheirNumbers() => Assert.Equal(
        ["RowsKnownLate(row: opaque 1) failed: Xunit.Sdk.EqualException", "RowsKnownLate(row: opaque 2) passed", "RowsKnownLate(row: opaque 3) skipped: the third"],
        Run.Rows(nameof(RowCases.RowsKnownLate)));

    [Fact]
    public void TestsOfAClassShareAMachineAndItsFixturesWhereTheyWantTo() => Assert.Equal(
        ["visitors: One", "visitors: One Other"],
        new[] { nameof(SharedCases.One), nameof(SharedCases.Other) }
            .Select(name => VisitorsIn().Match(Run.The<ITestPassed>(name).Output).Value)
            .Select(visitors => visitors == "visitors: Other" ? "visitors: One" : visitors)
            .Order(StringComparer.Ordinal));

    [Fact]
    public void FixturesAreMadeOnTheHostOnlyForTestsThatRunThere()
    {
        Run.The<ITestPassed>(nameof(MixedCases.OnTheHost));
        Assert.Equal((0, 0, 1), (Made.CountOf<CollectionFixture>(), Made.CountOf<ClassFixture>(), Made.CountOf<MixedFixture>()));
    }

    [Fact]
    public void AFixtureThatCannotBeDisposedOfInTheGuestFailsTheTest()
    {
        var failed = Run.The<ITestFailed>(nameof(BrokenEndCases.IsInnocent));

        Assert.Contains("the clean-up of the class's fixtures failed in the guest", failed.Messages[0], StringComparison.Ordinal);
        Assert.Contains("the end is odd", failed.Messages[1], StringComparison.Ordinal);
    }

    [Fact]
    public void TheCountsAgreeWithTheResults()
    {
        Assert.Equal((18, 5, 5, 1), (Run.Summary.TestsTotal, Run.Summary.TestsFailed, Run.Summary.TestsSkipped, Run.Summary.TestsNotRun));
        Assert.Equal(18, Run.Results.Count());
        Assert.Empty(Run.CleanupFailures);
    }

    [GeneratedRegex("the test's files are in (.+)")]
    private static partial Regex FilesIn();

    [GeneratedRegex("visitors: [ A-Za-z]+")]
    private static partial Regex VisitorsIn();
}
