namespace Mayfly.Xunit.Tests.Cases.Guests;

public sealed class GuestBrokenFixtureCases(GuestBrokenFixture fixture) : IClassFixture<GuestBrokenFixture>
{
    [GuestFact]
    public void IsNotReached() => Assert.NotNull(fixture);
}
