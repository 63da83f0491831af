namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests with a fixture that follows the environment.</summary>
public sealed class EnvironmentCases(EnvironmentFixture fixture) : IClassFixture<EnvironmentFixture>
{
    [SandboxFact]
    public void IsNotReached() => Assert.Fail($"ran with {fixture}");
}
