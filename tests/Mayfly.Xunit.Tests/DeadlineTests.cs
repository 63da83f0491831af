using Mayfly.Xunit.Tests.Cases;
using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests;

public sealed class DeadlineTests : IDisposable
{
    public DeadlineTests() => DeadlineCases.Release.Reset();

    public void Dispose() => DeadlineCases.Release.Set();

    [Fact]
    public async Task TestsThatNeverEndFailAtTheirDeadlineAndTheOthersGoOn()
    {
        var run = await CaseRun.OfAsync(typeof(DeadlineCases));

        var awaiting = run.Failure(nameof(DeadlineCases.AwaitsForEver));
        Assert.Equal("Mayfly.Xunit.SandboxTestTimeoutException", Assert.Single(awaiting.ExceptionTypes));
        Assert.Equal(
            "MAY3030: the test did not end within its deadline of 0.5 s. It waits for something that does not end, and was abandoned. Raise TimeoutSeconds if the test needs longer.",
            Assert.Single(awaiting.Messages));
        Assert.Equal(
            "MAY3030: the test did not end within its deadline of 0.5 s. It blocks its thread, which can't be ended from outside, and was abandoned. Raise TimeoutSeconds if the test needs longer.",
            Assert.Single(run.Failure(nameof(DeadlineCases.BlocksForEver)).Messages));
        Assert.Contains(
            "within its deadline of 0.5 s", Assert.Single(run.Failure(nameof(DeadlineCases.AwaitsBeyondXunitsTimeout)).Messages), StringComparison.Ordinal);
        run.AssertPassed(nameof(DeadlineCases.Neighbour));
        run.AssertCounts(passed: 2, failed: 4, skipped: 0);
    }

    [Fact]
    public async Task WhatIsLeftOfAClassDoesNotTakeTheNextOnesSandbox()
    {
        LeftoverCasesFirst.Leftovers.Clear();
        await using (LeftoverCasesFirst.Fixture = new AbsentMonitorFixture())
        {
            var run = await CaseRun.OfAsync(typeof(LeftoverCasesFirst), typeof(LeftoverCasesSecond));

            run.AssertPassed(nameof(LeftoverCasesSecond.KeepsWhatItHas));
            run.AssertCounts(passed: 2, failed: 1, skipped: 0);
        }
    }

    [Fact]
    public async Task EachRowOfATheoryHasItsOwnDeadline()
    {
        var run = await CaseRun.OfAsync(typeof(DeadlineCases));

        var rows = run.Of(nameof(DeadlineCases.EachRowHasItsOwn));
        Assert.Single(rows.OfType<ITestPassed>());
        Assert.EndsWith("(blocks: True)", Assert.Single(rows.OfType<ITestFailed>()).Test.DisplayName, StringComparison.Ordinal);
    }
}
