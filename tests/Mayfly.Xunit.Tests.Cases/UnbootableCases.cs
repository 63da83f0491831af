namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A test whose machine does not come up.</summary>
public sealed class UnbootableCases(UnbootableFixture fixture) : IClassFixture<UnbootableFixture>
{
    [SandboxFact]
    public void IsNotReached() => Assert.Fail($"ran with {fixture}");
}
