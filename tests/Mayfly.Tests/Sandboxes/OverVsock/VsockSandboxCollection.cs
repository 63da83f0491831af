namespace Mayfly.Tests.Sandboxes.OverVsock;

[CollectionDefinition(Name)]
public sealed class VsockSandboxCollection : ICollectionFixture<VsockSandbox>
{
    public const string Name = "One sandbox over vsock";
}
