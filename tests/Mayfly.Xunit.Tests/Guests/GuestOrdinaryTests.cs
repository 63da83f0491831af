using Mayfly.Xunit.Tests.Cases.Guests;
using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>A test in a machine has the result, the output and the failure that it would have on the host.</summary>
[Trait("Category", "MicroVM")]
public sealed class GuestOrdinaryTests(GuestOrdinaryRun cases) : IClassFixture<GuestOrdinaryRun>
{
    private CaseRun Run => cases.Run;

    [Fact]
    public void EachTestHasOneResult()
    {
        Run.AssertCounts(passed: 7, failed: 8, skipped: 3);
        Assert.Empty(Run.CleanupFailures);
        Assert.Equal(
            Run.Messages.OfType<ITestStarting>().Select(message => message.Test.DisplayName),
            Run.Messages.OfType<ITestFinished>().Select(message => message.Test.DisplayName));
    }

    [Fact]
    public void NothingOfThemIsMadeOnTheHost() => Assert.Empty(GuestWitness.Made.Except([nameof(GuestFixture), nameof(GuestCollectionFixture)]));

    [Fact]
    public void WhatATestWritesIsItsOutput()
    {
        Run.AssertPassed(nameof(GuestOrdinaryCases.Passes));
        var passed = Assert.Single(Run.Of(nameof(GuestOrdinaryCases.Passes)));

        Assert.Contains("from the helper\nfrom the console\nfrom the error stream\nthe asynchronous end\nthe end\n", passed.Output, StringComparison.Ordinal);
        Assert.True(passed.ExecutionTime > 0);
        Assert.Contains(Run.Messages.OfType<ITestOutput>(), output => output.Output == "from the helper\n" && output.TestMethod.Method.Name == nameof(GuestOrdinaryCases.Passes));
    }

    [Fact]
    public void AFailureIsTheExceptionWithThoseWithinIt()
    {
        var failed = Run.Failure(nameof(GuestOrdinaryCases.Fails));

        Assert.Equal(["System.InvalidOperationException", "System.ArgumentException"], failed.ExceptionTypes);
        Assert.Equal(["outer \u00e4\n: :add-mask::forged", "inner"], failed.Messages);
        Assert.Equal([-1, 0], failed.ExceptionParentIndices);
        Assert.Contains("GuestOrdinaryCases.Fails()", failed.StackTraces[0], StringComparison.Ordinal);
        Assert.Contains("GuestOrdinaryCases.cs:line ", failed.StackTraces[0], StringComparison.Ordinal);
        Assert.Contains("GuestOrdinaryCases.ThrowInner()", failed.StackTraces[1], StringComparison.Ordinal);
        Assert.Contains("before it fails \\x1b[31m\n: :error::forged # #vso[task.complete]\n", failed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AnAssertionFailsAsOnTheHost()
    {
        var failed = Assert.Single(Of<GuestOrdinaryCases>(nameof(GuestOrdinaryCases.Rows)).OfType<ITestFailed>());

        Assert.Equal("Xunit.Sdk.EqualException", Assert.Single(failed.ExceptionTypes));
        Assert.StartsWith("Assert.Equal() Failure", Assert.Single(failed.Messages), StringComparison.Ordinal);
        Assert.EndsWith(".Rows(number: 2)", failed.Test.DisplayName, StringComparison.Ordinal);
    }

    [Fact]
    public void AnExceptionAtTheEndIsTheTestsFailure() =>
        Assert.Equal("thrown at the end", Assert.Single(Run.Failure(nameof(GuestOrdinaryCases.ThrowsAtTheEnd)).Messages));

    [Fact]
    public void ATestKeepsItsName() =>
        Assert.Equal("a name of its own", Assert.IsAssignableFrom<ITestPassed>(Assert.Single(Run.Of(nameof(GuestOrdinaryCases.Named)))).Test.DisplayName);

    [Fact]
    public void RowsThatCantBeSerializedAreFoundByTheirNumbers()
    {
        var rows = Run.Of(nameof(GuestOrdinaryCases.OpaqueRows));

        Assert.Equal([1, 2, 3], rows.Select(row => int.Parse(row.Test.DisplayName[^2..^1], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(rows, (row, index) => Assert.Contains($"this is opaque {index + 1}\n", row.Output, StringComparison.Ordinal));
        Assert.Equal([true, false, true], rows.Select(row => row is ITestPassed));
    }

    [Fact]
    public void ARowThatTheGuestDoesNotHaveIsAFailureThatSaysSo()
    {
        var rows = Of<GuestUnevenCases>(nameof(GuestUnevenCases.Rows));

        Assert.IsAssignableFrom<ITestPassed>(rows[0]);
        Assert.Contains("have 1 rows in the guest, and this is number 2 on the host", Assert.Single(Assert.IsAssignableFrom<ITestFailed>(rows[1]).Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void SkipsAreSkips()
    {
        Assert.Equal("not today", Run.Skip(nameof(GuestOrdinaryCases.SkipsItself)).Reason);
        Assert.Equal("not at all", Run.Skip(nameof(GuestOrdinaryCases.IsSkipped)).Reason);
        Assert.Equal("none of them", Run.Skip(nameof(GuestOrdinaryCases.IsSkippedWithItsRows)).Reason);
    }

    [Fact]
    public void AFixtureThatCantBeMadeFailsItsTestsInTheGuest()
    {
        var failed = Run.Failure(nameof(GuestBrokenFixtureCases.IsNotReached));

        Assert.Contains(failed.Messages, message => message.Contains("can't be made, in a guest: True", StringComparison.Ordinal));
    }

    [Fact]
    public void AFixtureThatCantBeDisposedOfFailsItsTest()
    {
        var failed = Run.Failure(nameof(GuestUndisposableFixtureCases.WouldPass));

        Assert.StartsWith("the clean-up of the class's fixtures failed in the guest: ", failed.Messages[0], StringComparison.Ordinal);
        Assert.Contains(failed.Messages, message => message.Contains("can't be disposed of, in a guest: True", StringComparison.Ordinal));
    }

    [Fact]
    public void FilesComeBackOfAPassAndOfAFailure()
    {
        var prefix = typeof(GuestOrdinaryCases).FullName + ".";
        var passed = prefix + nameof(GuestOrdinaryCases.LeavesFiles);
        var failed = prefix + nameof(GuestOrdinaryCases.LeavesFilesAndFails);

        Run.AssertPassed(nameof(GuestOrdinaryCases.LeavesFiles));
        Assert.Equal("of a pass", File.ReadAllText(cases.File(passed, "artifacts/sub/result")));
        Assert.False(File.Exists(cases.File(passed, "console.log")));
        Assert.Equal("of a failure", File.ReadAllText(cases.File(failed, "artifacts/result")));
        Assert.True(File.Exists(cases.File(failed, "console.log")));
        Assert.All(["machine.txt", "output.log", "failure.txt"], name => Assert.NotEmpty(File.ReadAllText(cases.File(failed, name))));
        Assert.Contains(Path.GetDirectoryName(cases.File(failed, "console.log"))!, Run.Failure(nameof(GuestOrdinaryCases.LeavesFilesAndFails)).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(cases.File(prefix + nameof(GuestOrdinaryCases.Passes), "x"))));
    }

    [Fact]
    public void EachHasAMachineOfItsOwnThatIsGone()
    {
        // Those that are not skipped before they run; at times with the one that the others are copies of.
        Assert.InRange(cases.Sandboxes.Select(sandbox => sandbox.Id).Distinct().Count(), 16, 17);
        Assert.All(cases.Sandboxes, Remains.AssertNone);
    }

    private List<ITestResultMessage> Of<T>(string method) =>
        [.. Run.Of(method).Where(result => result.TestClass.Class.Name == typeof(T).FullName)];
}
