namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>Tests that share a machine, whose first ends it.</summary>
[TestCaseOrderer("Mayfly.Xunit.Tests.Cases.AlphabeticalOrderer", "Mayfly.Xunit.Tests.Cases")]
public sealed class GuestSharedPanicCases
{
    [GuestFact(Isolation = GuestIsolation.Class)]
    public void First() => File.WriteAllText("/proc/sysrq-trigger", "c");

    [GuestFact(Isolation = GuestIsolation.Class)]
    public void Second() => Assert.True(GuestMachine.IsCurrent);
}
