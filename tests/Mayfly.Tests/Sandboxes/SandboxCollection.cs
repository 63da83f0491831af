namespace Mayfly.Tests.Sandboxes;

[CollectionDefinition(Name)]
public sealed class SandboxCollection : ICollectionFixture<SharedSandbox>
{
    public const string Name = "One shared sandbox";
}
