namespace Mayfly.Cli.Tests.Harness;

/// <summary>One runtime directory for all, so that KVM is probed once.</summary>
[CollectionDefinition(Name)]
public sealed class CommandCollection : ICollectionFixture<CommandHost>
{
    public const string Name = "The command";
}
