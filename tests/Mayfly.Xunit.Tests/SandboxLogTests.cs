using System.Text.RegularExpressions;
using Mayfly.Xunit.Tests.Cases;

namespace Mayfly.Xunit.Tests;

/// <summary>What the output of a failed test shows.</summary>
[Trait("Category", "MicroVM")]
public sealed class SandboxLogTests
{
    [Fact]
    public async Task AFailedTestShowsItsCommandsTransfersAndConsoles()
    {
        Witness.Take();
        var run = await CaseRun.OfAsync(typeof(LogCases));

        var output = run.Failure(nameof(LogCases.FailsWithTheFixturesSandbox)).Output;
        Assert.StartsWith("the test's own words", output, StringComparison.Ordinal);
        Assert.Matches(@"Sandbox \S+: Linux \S+ on QEMU \S+, (Tcg|Kvm) \(.+\), (kernel-vsock|vsock|serial) \(.+\), up after [0-9.]+ s", output);
        Assert.Matches(@"\$ /bin/sh -c 'echo to output; [^\n]*\n *to output\n *to error\n *=> exited with code 3 after [0-9.]+ s", output);
        Assert.Matches(@"pushing '[^']+' to '/tmp/pushed'\n *=> moved 1 entries, 0 bytes after [0-9.]+ s", output);
        Assert.Matches(@"pulling '/absent' to '[^']+'\n *=> MAY3012: [^\n]+ after [0-9.]+ s", output);
        Assert.Matches(@"Console of \S+, its last lines:\n(  .*\n)*  mayfly was here\n", output);

        // The test's own sandbox is shown, and so is the fixture's, which it had at hand.
        var own = run.Failure(nameof(LogCases.FailsWithItsOwnSandbox)).Output;
        var id = Regex.Escape(Witness.Take().Single(seen => seen.Test == nameof(LogCases.FailsWithItsOwnSandbox)).Sandbox.Id);
        Assert.Matches($@"{id}: \$ echo streamed\n *streamed\n *=> exited with code 0", own);
        Assert.Matches($@"{id}: \$ sh -c 'exit 7'\n *=> exited with code 7", own);
        Assert.Matches($@"Sandbox {id} has ended: Disposed", own);
        Assert.DoesNotContain("to output", own, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(own, "Console of "));

        Assert.DoesNotContain("Command log", run.Of(nameof(LogCases.Passes)).Single().Output, StringComparison.Ordinal);
        run.AssertCounts(passed: 1, failed: 2, skipped: 0);
        Assert.Empty(run.CleanupFailures);
    }
}
