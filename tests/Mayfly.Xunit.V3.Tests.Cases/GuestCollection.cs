namespace Mayfly.Xunit.V3.Tests.Cases;

[CollectionDefinition]
public sealed class GuestCollection : ICollectionFixture<CollectionFixture>;
