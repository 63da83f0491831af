namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture with a bug.</summary>
public sealed class BrokenFixture : SandboxFixture
{
    protected override SandboxOptions Configure(SandboxOptions options) => throw new InvalidOperationException("a bug in Configure");
}
