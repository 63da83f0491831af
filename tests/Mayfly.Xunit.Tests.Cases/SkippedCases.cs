namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests that are skipped, and one that has no use for the fixture.</summary>
public sealed class SkippedCases : IClassFixture<CountingFixture>
{
    [SandboxFact(Skip = "not today")]
    public void IsSkipped() => Assert.Fail("ran although it is to be skipped");

    [SandboxTheory(Skip = "not these")]
    [InlineData(1)]
    public void IsSkippedWithItsRows(int row) => Assert.Fail($"ran row {row}");

    [SandboxFact]
    public void DoesNotTakeTheFixture()
    {
    }
}
