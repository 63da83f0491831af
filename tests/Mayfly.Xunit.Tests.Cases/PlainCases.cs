namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests of xUnit's own with a fixture that gives each sandbox test its own.</summary>
public sealed class PlainCases(CountingFixture fixture) : IClassFixture<CountingFixture>
{
    [Fact]
    public async Task AsksForIt() => await fixture.GetSandboxAsync();

    [Fact]
    public async Task ExpectsItToRun() => await fixture.Sandbox.ExecAsync(["true"]);
}
