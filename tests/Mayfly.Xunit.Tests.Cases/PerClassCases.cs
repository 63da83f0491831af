namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Two classes of one collection, of which each has a sandbox.</summary>
[CollectionDefinition(Name)]
public sealed class PerClassCases : ICollectionFixture<PerClassFixture>
{
    public const string Name = "one sandbox per class";
}
