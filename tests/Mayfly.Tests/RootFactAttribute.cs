namespace Mayfly.Tests;

/// <summary>A test that makes namespaces or mounts, for which it must be run by root.</summary>
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() => Skip = Environment.IsPrivilegedProcess ? null : "Only root may make namespaces and mounts.";
}
