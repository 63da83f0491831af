namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Shows what the environment asked for, without starting it.</summary>
public sealed class EnvironmentFixture : SandboxFixture
{
    protected override SandboxOptions Configure(SandboxOptions options) =>
        throw new InvalidOperationException($"{options.Acceleration} over {options.Transport} with {options.Memory}");
}
