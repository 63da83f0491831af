using Mayfly.Xunit.Tests.Cases.Guests;
using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>Machines as attributes and the environment want them, and none where they can't be had.</summary>
[Trait("Category", "MicroVM")]
public sealed class GuestOptionTests
{
    private static readonly Dictionary<string, string> _required = new() { ["MAYFLY_REQUIRE"] = "1" };

    [Fact]
    public async Task AMachineIsWhatTheAttributeWants() =>
        (await CaseRun.OfAsync(_required, typeof(GuestOptionCases))).AssertCounts(passed: 1, failed: 0, skipped: 0);

    [Fact]
    public async Task WithoutTemplatesEachMachineIsBooted()
    {
        var run = await CaseRun.OfAsync(new Dictionary<string, string> { ["MAYFLY_REQUIRE"] = "1", ["MAYFLY_COLD"] = "1" }, typeof(GuestParallelCasesFirst));

        run.AssertCounts(passed: 1, failed: 0, skipped: 0);
    }

    [Fact]
    public async Task TestsOfTwoClassesRunSideBySide()
    {
        var run = await CaseRun.OfParallelAsync(typeof(GuestParallelCasesFirst), typeof(GuestParallelCasesSecond));

        run.AssertCounts(passed: 2, failed: 0, skipped: 0);
        var told = run.Messages.Where(message => message is ITestStarting or ITestResultMessage).ToList();
        Assert.All(told.Take(2), message => Assert.IsAssignableFrom<ITestStarting>(message));
    }

    [Fact]
    public async Task AttributesThatMakeNoSenseFailTheirTestsOnly()
    {
        var run = await CaseRun.OfAsync(typeof(GuestBadOptionCases));

        Assert.StartsWith("MAY1001: Memory is 'much'", Assert.Single(run.Failure(nameof(GuestBadOptionCases.Memory)).Messages), StringComparison.Ordinal);
        Assert.StartsWith("MAY1001: TimeoutSeconds is -1", Assert.Single(run.Failure(nameof(GuestBadOptionCases.Timeout)).Messages), StringComparison.Ordinal);
        Assert.Contains("nowhere.tar", run.Failure(nameof(GuestBadOptionCases.Layer)).Messages[0], StringComparison.Ordinal);
        run.AssertCounts(passed: 0, failed: 3, skipped: 1);
    }

    [Fact]
    public async Task WithoutAHypervisorTestsAreSkippedOrFailWhereMachinesAreRequired()
    {
        // No machine of these sizes is asked for elsewhere: what one test meets, the others of its kind meet too.
        var path = Environment.GetEnvironmentVariable("PATH");
        Environment.SetEnvironmentVariable("PATH", "/nowhere");
        try
        {
            var lenient = await CaseRun.OfAsync(new Dictionary<string, string> { ["MAYFLY_MEMORY"] = "777M" }, typeof(GuestParallelCasesFirst), typeof(GuestSharedPanicCases));
            var strict = await CaseRun.OfAsync(new Dictionary<string, string> { ["MAYFLY_MEMORY"] = "778M", ["MAYFLY_REQUIRE"] = "1" }, typeof(GuestParallelCasesFirst));

            lenient.AssertCounts(passed: 0, failed: 0, skipped: 3);
            Assert.StartsWith("No sandbox can be had on this host: MAY1002: ", lenient.Skip(nameof(GuestParallelCasesFirst.OneSide)).Reason, StringComparison.Ordinal);
            Assert.Empty(lenient.CleanupFailures);
            strict.AssertCounts(passed: 0, failed: 1, skipped: 0);
            Assert.StartsWith("MAY1002: ", strict.Failure(nameof(GuestParallelCasesFirst.OneSide)).Messages[0], StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }
}
