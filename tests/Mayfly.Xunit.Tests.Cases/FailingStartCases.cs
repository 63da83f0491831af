namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests whose fixture fails at its first start.</summary>
public sealed class FailingStartCases(CountingFixture fixture) : IClassFixture<CountingFixture>
{
    [SandboxTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void IsNotReached(int row) => Assert.Fail($"ran row {row} with {fixture}");
}
