namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture whose sandbox the tests of a class share.</summary>
public sealed class PerClassFixture : SandboxFixture
{
    protected override SandboxLifetime Lifetime => SandboxLifetime.PerClass;
}
