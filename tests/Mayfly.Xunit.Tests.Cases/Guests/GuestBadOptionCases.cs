namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>Attributes that make no sense.</summary>
public sealed class GuestBadOptionCases
{
    [GuestFact(Memory = "much")]
    public void Memory() => Assert.True(GuestMachine.IsCurrent);

    [GuestFact(TimeoutSeconds = -1)]
    public void Timeout() => Assert.True(GuestMachine.IsCurrent);

    [GuestFact(Layers = ["nowhere.tar:/x"])]
    public void Layer() => Assert.True(GuestMachine.IsCurrent);

    [GuestFact(Skip = "and so it does not matter", Memory = "much")]
    public void Skipped() => Assert.True(GuestMachine.IsCurrent);
}
