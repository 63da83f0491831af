namespace Mayfly.Xunit.Tests.Cases.Guests;

public sealed class GuestParallelCasesFirst
{
    [GuestFact]
    public void OneSide() => Assert.True(GuestMachine.IsCurrent);
}
