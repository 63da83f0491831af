namespace Mayfly.Cli.Tests.Harness;

/// <summary>A test that gives files to another user, for which it must be run by root.</summary>
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() => Skip = Environment.IsPrivilegedProcess ? null : "Only root may give files to others.";
}
