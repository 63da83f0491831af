namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>A collection that has a test on the host too.</summary>
[CollectionDefinition("guests and others")]
public sealed class GuestMixedCollection : ICollectionFixture<GuestCollectionFixture>;
