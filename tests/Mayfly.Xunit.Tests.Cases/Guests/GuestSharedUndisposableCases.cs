namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>Tests that share a fixture in a guest that can't be disposed of.</summary>
public sealed class GuestSharedUndisposableCases(GuestUndisposableFixture fixture) : IClassFixture<GuestUndisposableFixture>
{
    [GuestFact(Isolation = GuestIsolation.Class)]
    public void Passes() => Assert.NotNull(fixture);
}
