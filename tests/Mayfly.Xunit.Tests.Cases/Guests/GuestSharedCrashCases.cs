namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>Tests that share a machine, whose first ends their process and leaves the machine alive.</summary>
[TestCaseOrderer("Mayfly.Xunit.Tests.Cases.AlphabeticalOrderer", "Mayfly.Xunit.Tests.Cases")]
public sealed class GuestSharedCrashCases
{
    [GuestFact(Isolation = GuestIsolation.Class)]
    public void First() => Environment.Exit(0);

    [GuestFact(Isolation = GuestIsolation.Class)]
    public void Second() => Assert.True(GuestMachine.IsCurrent);
}
