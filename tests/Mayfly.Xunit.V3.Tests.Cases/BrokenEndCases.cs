namespace Mayfly.Xunit.V3.Tests.Cases;

public sealed class BrokenEndCases : IClassFixture<BrokenEndFixture>
{
    [GuestFact]
    public void IsInnocent() => Assert.True(GuestMachine.IsCurrent);
}
