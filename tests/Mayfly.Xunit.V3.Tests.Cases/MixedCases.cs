namespace Mayfly.Xunit.V3.Tests.Cases;

public sealed class MixedCases : IClassFixture<MixedFixture>
{
    public MixedCases(MixedFixture fixture) => Assert.NotNull(fixture);

    [Fact]
    public void OnTheHost() => Assert.False(GuestMachine.IsCurrent);

    [GuestFact]
    public void InAGuest() => Assert.Equal((true, 1, 0), (GuestMachine.IsCurrent, Made.CountOf<MixedFixture>(), Made.CountOf<AssemblyFixture>()));
}
