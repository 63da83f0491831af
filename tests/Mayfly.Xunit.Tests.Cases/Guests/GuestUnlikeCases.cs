namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>Tests that want to share a machine, but not the same.</summary>
[TestCaseOrderer("Mayfly.Xunit.Tests.Cases.AlphabeticalOrderer", "Mayfly.Xunit.Tests.Cases")]
public sealed class GuestUnlikeCases
{
    [GuestFact(Isolation = GuestIsolation.Class)]
    public void First() => Assert.True(GuestMachine.IsCurrent);

    [GuestFact(Isolation = GuestIsolation.Class, Memory = "600M")]
    public void Second() => Assert.True(GuestMachine.IsCurrent);
}
