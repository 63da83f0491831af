namespace SandboxTests;

/// <summary>One machine for all tests of a class, for tests that only look.</summary>
public sealed class SharedFixture : SandboxFixture
{
    protected override SandboxLifetime Lifetime => SandboxLifetime.PerClass;
}
