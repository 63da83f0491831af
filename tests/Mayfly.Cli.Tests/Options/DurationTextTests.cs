using Mayfly.Cli.Options;

namespace Mayfly.Cli.Tests.Options;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1.5s", 1500)]
    [InlineData("7", 7000)]
    [InlineData("0", 0)]
    public void UnitsAreUnderstood(string text, double milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("2x")]
    [InlineData("1 s")]
    [InlineData("1S")]
    [InlineData("1e3")]
    [InlineData("..")]
    [InlineData("99999999999h")]
    public void AnythingElseIsRefused(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData("none")]
    [InlineData("0")]
    [InlineData("0s")]
    public void ALimitCanBeSwitchedOff(string text) =>
        Assert.Equal(Timeout.InfiniteTimeSpan, DurationText.ParseLimit("--timeout", text));

    [Fact]
    public void ARefusalNamesOptionValueAndForm()
    {
        var exception = Assert.Throws<SandboxConfigurationException>(() => DurationText.ParseLimit("--timeout", "soon"));

        Assert.Equal("MAY1001", exception.Code);
        Assert.Contains("--timeout is 'soon'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("500ms, 30s, 2m or 1h", exception.Message, StringComparison.Ordinal);
    }
}
