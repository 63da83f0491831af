namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Two classes that share one sandbox.</summary>
[CollectionDefinition(Name)]
public sealed class CollectionCases : ICollectionFixture<SharedPreparedFixture>
{
    public const string Name = "one sandbox for two classes";
}
