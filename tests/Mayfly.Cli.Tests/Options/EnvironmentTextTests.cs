using Mayfly.Cli.Options;

namespace Mayfly.Cli.Tests.Options;

public sealed class EnvironmentTextTests
{
    private static readonly Dictionary<string, string> _host = new() { ["HERE"] = "host's" };

    [Fact]
    public void ValuesMayBeEmptyAndHoldEqualsSigns() => Assert.Equal(
        new Dictionary<string, string> { ["A"] = "1=2", ["B"] = "" },
        Parse("A=1=2", "B="));

    [Fact]
    public void ANameAlonePassesTheHostsValueOn() => Assert.Equal(
        new Dictionary<string, string> { ["HERE"] = "host's" },
        Parse("HERE", "ABSENT"));

    [Fact]
    public void TheLastOneWins() => Assert.Equal(new Dictionary<string, string> { ["A"] = "2" }, Parse("A=1", "A=2"));

    [Theory]
    [InlineData("")]
    [InlineData("=x")]
    public void AnEmptyNameIsRefused(string entry) =>
        Assert.Equal("MAY1001", Assert.Throws<SandboxConfigurationException>(() => Parse(entry)).Code);

    private static IReadOnlyDictionary<string, string> Parse(params string[] entries) =>
        EnvironmentText.Parse(entries, _host.GetValueOrDefault);
}
