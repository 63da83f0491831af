namespace Mayfly.Tests;

/// <summary>A theory that makes namespaces or mounts, for which it must be run by root.</summary>
internal sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute() => Skip = Environment.IsPrivilegedProcess ? null : "Only root may make namespaces and mounts.";
}
