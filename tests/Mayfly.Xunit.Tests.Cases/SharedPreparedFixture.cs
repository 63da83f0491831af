namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture that prepares one machine for a collection.</summary>
public sealed class SharedPreparedFixture : PreparedFixture
{
    protected override SandboxLifetime Lifetime => SandboxLifetime.PerCollection;
}
