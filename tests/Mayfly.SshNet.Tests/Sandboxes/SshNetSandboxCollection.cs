namespace Mayfly.SshNet.Tests.Sandboxes;

[CollectionDefinition(Name)]
public sealed class SshNetSandboxCollection : ICollectionFixture<SshNetSandbox>
{
    public const string Name = "One sandbox over SSH.NET";
}
