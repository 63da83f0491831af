namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>A collection of nothing but guest tests.</summary>
[CollectionDefinition("guests")]
public sealed class GuestCollection : ICollectionFixture<GuestCollectionFixture>;
