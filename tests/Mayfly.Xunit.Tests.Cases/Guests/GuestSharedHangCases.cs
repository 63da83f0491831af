namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>Tests that share a machine, whose first does not end.</summary>
[TestCaseOrderer("Mayfly.Xunit.Tests.Cases.AlphabeticalOrderer", "Mayfly.Xunit.Tests.Cases")]
public sealed class GuestSharedHangCases
{
    [GuestFact(Isolation = GuestIsolation.Class, TimeoutSeconds = 1)]
    public void First() => Task.Delay(Timeout.Infinite).Wait();

    [GuestFact(Isolation = GuestIsolation.Class)]
    public void Second() => Assert.True(GuestMachine.IsCurrent);
}
