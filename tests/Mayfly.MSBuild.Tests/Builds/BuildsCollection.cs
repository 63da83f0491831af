namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>Real builds, one after the other; what is found out about the host in the first serves them all.</summary>
[CollectionDefinition(Name)]
public sealed class BuildsCollection : ICollectionFixture<RuntimeDirectory>
{
    public const string Name = "Builds";
}
