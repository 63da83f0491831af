namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture whose machine has no init.</summary>
public sealed class UnbootableFixture : SandboxFixture
{
    protected override SandboxOptions Configure(SandboxOptions options) => options with { KernelArguments = ["rdinit=/absent", "init=/absent"], Cold = true };
}
