namespace Mayfly.Xunit.V3.Tests.Cases;

public sealed class CollectionFixture
{
    public CollectionFixture() => Made.Count<CollectionFixture>();
}
