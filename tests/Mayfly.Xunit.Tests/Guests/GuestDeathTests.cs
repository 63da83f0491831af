using Mayfly.Xunit.Tests.Cases.Guests;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>A test that ends its process or its machine, or does not end, has failed for that, and no other has.</summary>
[Trait("Category", "MicroVM")]
public sealed class GuestDeathTests(GuestDeathRun cases) : IClassFixture<GuestDeathRun>
{
    private CaseRun Run => cases.Run;

    [Fact]
    public void OnlyTheNeighboursPass()
    {
        // One of those that pass lies about itself.
        Run.AssertCounts(passed: 3, failed: 13, skipped: 0);
        Assert.Equal(2, Run.Of(nameof(GuestDeathCases.Passes)).Count);
        Run.AssertPassed(nameof(GuestDeathCases.Passes));
        Assert.Empty(Run.CleanupFailures);
    }

    [Theory]
    [InlineData(nameof(GuestDeathCases.PowersOff), "powered off or rebooted")]
    [InlineData(nameof(GuestDeathCases.Panics), "panic")]
    [InlineData(nameof(GuestDeathCases.Crashes), "crashed (SIGSEGV)")]
    [InlineData(nameof(GuestDeathCases.IsKilled), "was killed (SIGKILL)")]
    [InlineData(nameof(GuestDeathCases.FailsFast), "it had enough")]
    [InlineData(nameof(GuestDeathCases.FailsFast), "was aborted (SIGABRT)")]
    [InlineData(nameof(GuestDeathCases.OverflowsItsStack), "Stack overflow")]
    [InlineData(nameof(GuestDeathCases.TakesAllMemory), "was killed (SIGKILL): by the guest's kernel for want of memory")]
    [InlineData(nameof(GuestDeathCases.ExitsAsIfAllWereWell), "exited with code 0")]
    [InlineData(nameof(GuestDeathCases.ClosesItsDescriptors), "the process of the test is gone, or has closed its connection")]
    [InlineData(nameof(GuestDeathCases.ForgesTwoPasses), "does not keep to the protocol: it says 'Passed' of a test that has a result")]
    [InlineData(nameof(GuestDeathCases.SaysWhatIsNoMessage), "does not keep to the protocol: ")]
    public void TheEndIsToldForWhatItWas(string method, string cause)
    {
        var message = Assert.Single(Run.Failure(method).Messages.Take(1));

        Assert.StartsWith("MAY3032: the test has no result: ", message, StringComparison.Ordinal);
        Assert.True(message.Contains(cause, StringComparison.Ordinal), message);
        Assert.True(File.Exists(cases.File($"{typeof(GuestDeathCases).FullName}.{method}", "console.log")));
    }

    [Fact]
    public void WhatATestSaidBeforeIsKept() =>
        Assert.Contains("said before the power goes\n", Run.Failure(nameof(GuestDeathCases.PowersOff)).Output, StringComparison.Ordinal);

    /// <summary>A limit, and not a wish: who controls the process of a test has the word on that test, and on no other.</summary>
    [Fact]
    public void ATestCanLieAboutItselfOnly()
    {
        Run.AssertPassed(nameof(GuestDeathCases.ForgesAPassAndFails));
        Assert.Single(Run.Of(nameof(GuestDeathCases.ForgesAPassAndFails)));
    }

    [Theory]
    [InlineData(nameof(GuestDeadlineCases.Blocks), 6)]
    [InlineData(nameof(GuestDeadlineCases.Awaits), 1)]
    public void ATestThatDoesNotEndIsEnded(string method, int seconds)
    {
        var failed = Run.Failure(method);

        Assert.StartsWith($"MAY3030: the test did not end within its deadline of {seconds} s", failed.Messages[0], StringComparison.Ordinal);
        Assert.Equal("Mayfly.Xunit.SandboxTestTimeoutException", failed.ExceptionTypes[0]);
    }

    [Fact]
    public void OfATestThatIsEndedFilesAndOutputComeBack()
    {
        Assert.Contains("before it blocks\n", Run.Failure(nameof(GuestDeadlineCases.Blocks)).Output, StringComparison.Ordinal);
        Assert.Equal("of a test that hangs", File.ReadAllText(cases.File($"{typeof(GuestDeadlineCases).FullName}.{nameof(GuestDeadlineCases.Blocks)}", "artifacts/trace")));
    }

    [Fact]
    public void TheirMachinesAreGone()
    {
        Assert.InRange(cases.Sandboxes.Select(sandbox => sandbox.Id).Distinct().Count(), 16, 17);
        Assert.All(cases.Sandboxes, Remains.AssertNone);
    }
}
