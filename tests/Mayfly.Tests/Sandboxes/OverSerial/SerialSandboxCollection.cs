namespace Mayfly.Tests.Sandboxes.OverSerial;

[CollectionDefinition(Name)]
public sealed class SerialSandboxCollection : ICollectionFixture<SerialSandbox>
{
    public const string Name = "One sandbox over serial";
}
