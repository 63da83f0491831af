namespace Mayfly.Xunit.Tests.DotnetTest;

/// <summary>How <c>dotnet test</c> may be used, and be ended.</summary>
[Trait("Category", "MicroVM")]
public sealed class DotnetTestTests
{
    private const string SeveralTests = "FullyQualifiedName~ClockTests|FullyQualifiedName~MountTests";

    [Fact]
    public async Task AListOfTestsNeedsNoMachine()
    {
        using var run = new DotnetTestRun("--list-tests");

        var output = await run.EndAsync();

        Assert.Contains("GuestTests.RemovalTests.EverythingIsRemoved", output, StringComparison.Ordinal);
        Assert.Contains("GuestTests.ClockTests.ASecondLaterItIsTheRightDay(now: \"2023-02-28T23:59:59Z\", day: \"2023-03-01\")", output, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Machines);
    }

    [Fact]
    public async Task AnInterruptOfTheRunLeavesNothing()
    {
        using var run = new DotnetTestRun("--filter", SeveralTests);
        await DotnetTestRun.UntilAsync(() => HasMachine(run), "a machine");
        Assert.NotEmpty(run.Machines);

        await run.SignalAsync("INT");

        await run.EndAsync();
        Assert.NotEqual(0, run.ExitCode);
        await AssertNothingIsLeftAsync(run);
    }

    [Fact]
    public async Task AKilledTestHostLeavesNothing()
    {
        using var run = new DotnetTestRun("--filter", SeveralTests);
        await DotnetTestRun.UntilAsync(() => HasMachine(run), "a machine");
        Assert.NotEmpty(run.Machines);

        await run.KillTestHostAsync();

        await run.EndAsync();
        Assert.NotEqual(0, run.ExitCode);
        await AssertNothingIsLeftAsync(run);
    }

    private static bool HasMachine(DotnetTestRun run) => run.Processes.Any(line => line.Contains("qemu-system", StringComparison.Ordinal));

    private static async Task AssertNothingIsLeftAsync(DotnetTestRun run)
    {
        await DotnetTestRun.UntilAsync(() => run.Processes.Length == 0, "the end of all processes");
        Assert.Empty(run.Machines);
    }
}
