using System.Globalization;

namespace Mayfly.Xunit.Tests.DotnetTest;

/// <summary>What <c>dotnet test</c> says of tests that kill their machine, their process or its time.</summary>
[Trait("Category", "MicroVM")]
public sealed class DeadlyTests(DeadlyRun run) : IClassFixture<DeadlyRun>
{
    [Theory]
    [InlineData("TheKernelPanics", "MAY3032", "sysrq triggered crash")]
    [InlineData("TheMachinePowersOff", "MAY3032", "the guest powered off")]
    [InlineData("TheStackOverflows", "MAY3032", "SIGABRT")]
    [InlineData("TheMemoryRunsOut", "MAY3032", "for want of memory")]
    [InlineData("TheThreadHangs", "MAY3030", "deadline of 3 s")]
    public void ADeadlyTestFailsWithItsCause(string test, string code, string cause)
    {
        var result = run.Results[test];

        Assert.Equal("Failed", result.Attribute("outcome")!.Value);
        var message = DotnetTestRun.TextOf(result, "Message");
        Assert.Contains(code, message, StringComparison.Ordinal);
        Assert.Contains(cause, message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatWasPrintedBeforeThePanicIsKept() =>
        Assert.Contains("about to panic", DotnetTestRun.TextOf(run.Results["TheKernelPanics"], "StdOut"), StringComparison.Ordinal);

    [Fact]
    public void WhatNoXmlCanHoldMakesNoBadResultFile() =>
        Assert.Contains("a page is cleared:  ]]> <end>", DotnetTestRun.TextOf(run.Results["TheKernelPanics"], "StdOut"), StringComparison.Ordinal);

    [Fact]
    public void ATestThatHangsHasTakenItsTime() =>
        Assert.True(TimeSpan.Parse(run.Results["TheThreadHangs"].Attribute("duration")!.Value, CultureInfo.InvariantCulture) >= TimeSpan.FromSeconds(3));

    [Fact]
    public void TheNeighbourPasses() => Assert.Equal("Passed", run.Results["TheNeighbourLives"].Attribute("outcome")!.Value);

    [Fact]
    public void OnlyTestsOfTheFilterRan() => Assert.Equal(6, run.Results.Count);

    [Fact]
    public void TheRunFails() => Assert.Equal(1, run.ExitCode);
}
