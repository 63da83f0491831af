namespace Mayfly.Xunit.Tests.Cases.Guests;

public sealed class GuestUndisposableFixtureCases(GuestUndisposableFixture fixture) : IClassFixture<GuestUndisposableFixture>
{
    [GuestFact]
    public void WouldPass() => Assert.NotNull(fixture);
}
