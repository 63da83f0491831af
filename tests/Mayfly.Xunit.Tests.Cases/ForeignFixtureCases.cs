namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests whose fixture threw before they began.</summary>
public sealed class ForeignFixtureCases : IClassFixture<ForeignFixture>
{
    [SandboxFact]
    public void IsNeverReached() => Assert.Fail("ran without its fixture");

    [Fact]
    public void IsNeverReachedEither() => Assert.Fail("ran without its fixture");
}
