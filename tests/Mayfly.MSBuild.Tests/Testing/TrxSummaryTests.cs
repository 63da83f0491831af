using Mayfly.MSBuild.Testing;

namespace Mayfly.MSBuild.Tests.Testing;

public sealed class TrxSummaryTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    [Fact]
    public void EveryOutcomeButPassedAndNotExecutedIsAFailure()
    {
        var summary = Read("Passed", "Passed", "Failed", "NotExecuted", "Timeout", "Aborted", "");

        Assert.Equal((2, 4, 1), (summary!.Passed, summary.Failed, summary.Skipped));
        Assert.Equal("2 passed, 4 failed, 1 skipped", summary.ToString());
    }

    [Fact]
    public void NamesAreBoundedAndSteerNothing()
    {
        var summary = Read([.. Enumerable.Repeat("Failed", 50)]);

        Assert.Equal(20, summary!.FailedNames.Count);
        Assert.All(summary.FailedNames, name => Assert.StartsWith("# #vso[task.complete]", name, StringComparison.Ordinal));
        Assert.All(summary.FailedNames, name => Assert.Equal(203, name.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<TestRun><UnitTestResult outcome='Passed'>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a 'b'>]><TestRun>&a;</TestRun>")]
    public void WhatIsNoResultIsNone(string content) => Assert.Null(TrxSummary.Read(_folder.Write("x.trx", content)));

    [Fact]
    public void AMissingFileIsNone() => Assert.Null(TrxSummary.Read(_folder["absent.trx"]));

    public void Dispose() => _folder.Dispose();

    private TrxSummary? Read(params string[] outcomes) => TrxSummary.Read(_folder.Write("x.trx",
        $"<TestRun><Results>{string.Concat(outcomes.Select(outcome => $"<UnitTestResult testName='##vso[task.complete]{new string('x', 300)}' outcome='{outcome}' />"))}</Results></TestRun>"));
}
