using Mayfly.Cli.Options;

namespace Mayfly.Cli.Tests.Options;

public sealed class CopyTextTests
{
    [Theory]
    [InlineData("data:/work", "data", "/work")]
    [InlineData("/abs/data:/work/", "/abs/data", "/work/")]
    [InlineData("a:b:/work", "a:b", "/work")]
    [InlineData("odd:/host:/work", "odd:/host", "/work")]
    public void APushIsSplitAtTheLastColonBeforeASlash(string text, string host, string guest) =>
        Assert.Equal(new SandboxCopy(host, guest), CopyText.ParsePush(text));

    [Theory]
    [InlineData("/work/out:out", "out", "/work/out")]
    [InlineData("/work/out:./a:b", "./a:b", "/work/out")]
    [InlineData("/:/backup", "/backup", "/")]
    public void APullIsSplitAtTheFirstColon(string text, string host, string guest) =>
        Assert.Equal(new SandboxCopy(host, guest), CopyText.ParsePull(text));

    [Theory]
    [InlineData("")]
    [InlineData("data")]
    [InlineData("data:work")]
    [InlineData(":/work")]
    [InlineData("data:")]
    public void APushWithoutBothPathsIsRefused(string text) =>
        Assert.Equal("MAY1001", Assert.Throws<SandboxConfigurationException>(() => CopyText.ParsePush(text)).Code);

    [Theory]
    [InlineData("")]
    [InlineData("/work")]
    [InlineData("work:out")]
    [InlineData("/work:")]
    [InlineData(":out")]
    public void APullWithoutBothPathsIsRefused(string text) =>
        Assert.Equal("MAY1001", Assert.Throws<SandboxConfigurationException>(() => CopyText.ParsePull(text)).Code);
}
