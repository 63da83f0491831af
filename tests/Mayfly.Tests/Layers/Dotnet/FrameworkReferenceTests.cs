using Mayfly.Layers.Dotnet;

namespace Mayfly.Tests.Layers.Dotnet;

public sealed class FrameworkReferenceTests
{
    [Theory]
    [InlineData("10.0.0", "Minor", "10.0.1 10.0.12 10.1.0 11.0.0", "10.0.12")]
    [InlineData("10.0.0", "Minor", "10.1.0 10.1.3 10.2.0", "10.1.3")]
    [InlineData("10.0.0", "Minor", "9.0.9 11.0.0", null)]
    [InlineData("10.0.5", "Minor", "10.0.4", null)]
    [InlineData("10.0.0", "LatestPatch", "10.0.1 10.0.12 10.1.0", "10.0.12")]
    [InlineData("10.0.0", "LatestPatch", "10.1.0", null)]
    [InlineData("10.0.0", "LatestMinor", "10.0.1 10.1.0 10.2.1 10.2.0 11.0.0", "10.2.1")]
    [InlineData("10.0.0", "Major", "11.0.0 11.0.2 11.1.0 12.0.0", "11.0.2")]
    [InlineData("10.0.0", "Major", "10.0.1 11.0.0", "10.0.1")]
    [InlineData("10.0.0", "LatestMajor", "10.0.1 11.0.0 12.1.2", "12.1.2")]
    [InlineData("10.0.0", "Disable", "10.0.0 10.0.12", "10.0.0")]
    [InlineData("10.0.0", "Disable", "10.0.12", null)]
    [InlineData("10.0.0", "Minor", "10.0.0 10.0.1-rc.1 10.1.0-preview.1", "10.0.0")]
    [InlineData("10.0.0", "Minor", "10.1.0-preview.1 10.1.0-preview.2", "10.1.0-preview.2")]
    [InlineData("10.0.0", "Minor", "10.0.0-rc.2", null)]
    [InlineData("10.0.0-rc.1", "Minor", "10.0.0-preview.7 10.0.0-rc.2 10.0.0", "10.0.0")]
    [InlineData("10.0.0-rc.1", "LatestPatch", "10.0.0-rc.2", "10.0.0-rc.2")]
    [InlineData("10.0.0", "Minor", "", null)]
    public void TheVersionIsTheOneThatDotnetTakes(string wanted, string rollForward, string installed, string? chosen) => Assert.Equal(
        chosen,
        new FrameworkReference("F", FrameworkVersion.Parse(wanted)!, Enum.Parse<RollForward>(rollForward))
            .Choose([.. installed.Split(' ').Select(FrameworkVersion.Parse).OfType<FrameworkVersion>()])?.ToString());
}
