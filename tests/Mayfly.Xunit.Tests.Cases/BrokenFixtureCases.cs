namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests whose fixture has a bug.</summary>
public sealed class BrokenFixtureCases(BrokenFixture fixture) : IClassFixture<BrokenFixture>
{
    [SandboxFact]
    public void IsNotReached() => Assert.Fail($"ran with {fixture}");
}
