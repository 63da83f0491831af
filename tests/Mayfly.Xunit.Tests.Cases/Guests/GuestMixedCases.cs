namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>Tests in guests beside one on the host.</summary>
[Collection("guests and others")]
public sealed class GuestMixedCases(GuestFixture fixture, GuestCollectionFixture collectionFixture) : IClassFixture<GuestFixture>
{
    [Fact]
    public void OnTheHost() => Assert.All([fixture, collectionFixture], each => Assert.True(each.IsInitialized && !each.WasMadeInGuest));

    [GuestFact]
    public void InAGuest() => Assert.All([fixture, collectionFixture], each => Assert.True(each.IsInitialized && each.WasMadeInGuest));

    [GuestFact(Isolation = GuestIsolation.Class)]
    public void Shared() => Assert.True(GuestMachine.IsCurrent);
}
