using Mayfly.Layers.Dotnet;

namespace Mayfly.Tests.Layers.Dotnet;

public sealed class FrameworkVersionTests
{
    [Fact]
    public void PreviewsComeBeforeTheirReleaseAndNumbersCountByTheirValues()
    {
        string[] ordered = ["8.0.9", "8.0.10", "10.0.0-alpha", "10.0.0-preview.2", "10.0.0-preview.10", "10.0.0-preview.10.1", "10.0.0-preview.x", "10.0.0-rc.1", "10.0.0", "10.1.0"];

        Assert.Equal(ordered, ordered.Reverse().Select(text => FrameworkVersion.Parse(text)!).Order().Select(version => version.ToString()));
    }

    [Fact]
    public void HowItWasBuiltDoesNotCount() => Assert.Equal(FrameworkVersion.Parse("10.0.0-rc.1"), FrameworkVersion.Parse("10.0.0-rc.1+abc-d"));

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("10.0")]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.x")]
    [InlineData("10.0.01")]
    [InlineData("10.0.-1")]
    [InlineData("10.0.0-")]
    [InlineData("10.0.99999999999")]
    [InlineData("net10.0")]
    public void WhatIsNoVersionIsNone(string text) => Assert.Null(FrameworkVersion.Parse(text));
}
