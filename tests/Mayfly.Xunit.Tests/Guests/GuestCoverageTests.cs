using Mayfly.Xunit.Guests;
using Mayfly.Xunit.Tests.Cases.Guests;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>What tests pass in guests is counted on the host, where coverlet reports it.</summary>
[Trait("Category", "MicroVM")]
public sealed class GuestCoverageTests(GuestCoverageRun run) : IClassFixture<GuestCoverageRun>
{
    [Fact]
    public void WhatAllTestsHavePassedIsAdded()
    {
        run.Run.AssertCounts(passed: 1, failed: 1, skipped: 0);
        Assert.Equal([0, 1, 0, 2, 0, 0, 0, 0], InstrumentedAssemblies.CountsOf(typeof(GuestCoverageCases).Assembly)!);
    }
}
