namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests whose fixture can't have a sandbox.</summary>
public sealed class AbsentMonitorFixtureCases(AbsentMonitorFixture fixture) : IClassFixture<AbsentMonitorFixture>
{
    [SandboxFact]
    public async Task UsesIt() => await fixture.Sandbox.ExecAsync(["true"]);

    [SandboxTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task UsesItPerRow(int row) => await fixture.Sandbox.ExecAsync(["echo", $"{row}"]);

    [Fact]
    public async Task UsesItFromAPlainFact() => await (await fixture.GetSandboxAsync()).ExecAsync(["true"]);
}
