using Mayfly.Cli.Options;

namespace Mayfly.Cli.Tests.Options;

public sealed class LayerTextTests
{
    [Theory]
    [InlineData("bin:/opt/app", "bin", "/opt/app", 0, null)]
    [InlineData("/a:b/c:/opt/app", "/a:b/c", "/opt/app", 0, null)]
    [InlineData("bin:/:writable=1M", "bin", "/", 1L << 20, null)]
    [InlineData("bin:/x:slot=2M:writable=1M", "bin", "/x", 1L << 20, 2L << 20)]
    public void WordsAtTheEndSayHow(string text, string path, string guestPath, long writable, long? slot) => Assert.Equal(
        SandboxLayer.FromFolder(path, guestPath) with { Writable = new ByteSize(writable), Slot = slot is { } bytes ? new ByteSize(bytes) : null },
        LayerText.Parse(text));

    [Fact]
    public void AFileIsAnArchive() => Assert.Equal(SandboxLayer.FromTar("/etc/passwd", "/x"), LayerText.Parse("/etc/passwd:/x"));

    [Theory]
    [InlineData("jq", "jq", "/")]
    [InlineData("/usr/bin/jq", "/usr/bin/jq", "/")]
    [InlineData("jq:/opt/tools", "jq", "/opt/tools")]
    public void AToolGoesToTheRootUnlessItSaysWhere(string text, string program, string guestPath) =>
        Assert.Equal(SandboxLayer.FromTool(program, guestPath), LayerText.ParseTool(text));

    [Theory]
    [InlineData("")]
    [InlineData("bin")]
    [InlineData(":/x")]
    [InlineData("bin:x")]
    [InlineData("bin:/x:writable=much")]
    [InlineData("bin:/x:slot=")]
    public void WhatMakesNoSenseIsRefused(string text)
    {
        var exception = Assert.Throws<SandboxConfigurationException>(() => LayerText.Parse(text));

        Assert.Equal("MAY1001", exception.Code);
        Assert.Contains($"--layer is '{text}'", exception.Message, StringComparison.Ordinal);
    }
}
