using Mayfly.Xunit.V3.Tests.Cases;
using Xunit.Sdk;

namespace Mayfly.Xunit.V3.Tests;

/// <summary>What becomes of tests on the host that drive sandboxes.</summary>
public sealed class SandboxRunTests
{
    private static readonly Dictionary<string, string> _required = new() { ["MAYFLY_REQUIRE"] = "1" };

    [Fact]
    [Trait("Category", "MicroVM")]
    public async Task EachTestHasAFreshMachineAndAFailureItsCommandLog()
    {
        var run = await CaseRun.OfAsync(_required, typeof(SandboxCases));

        Assert.DoesNotContain("Command log", run.The<ITestPassed>(nameof(SandboxCases.DrivesASandbox)).Output, StringComparison.Ordinal);
        var failed = run.The<ITestFailed>(nameof(SandboxCases.DrivesASandboxAndFails));
        Assert.Equal(typeof(OddException).FullName, failed.ExceptionTypes[0]);
        Assert.Contains("Command log:", failed.Output, StringComparison.Ordinal);
        Assert.Contains("told", failed.Output, StringComparison.Ordinal);
        Assert.Empty(run.CleanupFailures);
    }

    [Fact]
    public async Task ADeadlineEndsATestThatBlocksAndEachRowHasItsOwn()
    {
        DeadlineCases.Release.Reset();
        try
        {
            var run = await CaseRun.OfAsync(_required, typeof(DeadlineCases));

            Assert.Contains(
                "MAY3030: the test did not end within its deadline of 0.5 s. It blocks its thread", run.The<ITestFailed>(nameof(DeadlineCases.BlocksForEver)).Messages[0], StringComparison.Ordinal);
            Assert.Equal(
                ["RowsHaveDeadlinesOfTheirOwn(isEndless: False) passed", "RowsHaveDeadlinesOfTheirOwn(isEndless: True) failed: Mayfly.Xunit.SandboxTestTimeoutException"],
                run.Rows(nameof(DeadlineCases.RowsHaveDeadlinesOfTheirOwn)));
        }
        finally
        {
            DeadlineCases.Release.Set();
        }
    }
}
