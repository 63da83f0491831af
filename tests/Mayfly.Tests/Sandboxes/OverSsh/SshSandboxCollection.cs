namespace Mayfly.Tests.Sandboxes.OverSsh;

[CollectionDefinition(Name)]
public sealed class SshSandboxCollection : ICollectionFixture<SshSandbox>
{
    public const string Name = "One sandbox over SSH";
}
