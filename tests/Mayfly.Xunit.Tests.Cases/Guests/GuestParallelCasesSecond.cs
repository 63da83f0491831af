namespace Mayfly.Xunit.Tests.Cases.Guests;

public sealed class GuestParallelCasesSecond
{
    [GuestFact]
    public void OtherSide() => Assert.True(GuestMachine.IsCurrent);
}
