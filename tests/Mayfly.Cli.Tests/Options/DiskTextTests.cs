using Mayfly.Cli.Options;

namespace Mayfly.Cli.Tests.Options;

public sealed class DiskTextTests
{
    [Theory]
    [InlineData("disk.img", "disk.img", SandboxDiskMode.CopyOnWrite, 1L << 30)]
    [InlineData("/a:b/disk.img", "/a:b/disk.img", SandboxDiskMode.CopyOnWrite, 1L << 30)]
    [InlineData("disk.img:ro", "disk.img", SandboxDiskMode.ReadOnly, 1L << 30)]
    [InlineData("disk.img:limit=64M", "disk.img", SandboxDiskMode.CopyOnWrite, 64L << 20)]
    [InlineData("a:b:limit=2G", "a:b", SandboxDiskMode.CopyOnWrite, 2L << 30)]
    public void WordsAtTheEndSayHow(string text, string path, SandboxDiskMode mode, long limitBytes) => Assert.Equal(
        new SandboxDisk { Path = path, Mode = mode, WriteLimit = new ByteSize(limitBytes) },
        DiskText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(":ro")]
    [InlineData("disk.img:limit=")]
    [InlineData("disk.img:limit=much")]
    [InlineData("disk.img:ro:limit=1M")]
    [InlineData("disk.img:limit=1M:ro")]
    public void WhatMakesNoSenseIsRefused(string text)
    {
        var exception = Assert.Throws<SandboxConfigurationException>(() => DiskText.Parse(text));

        Assert.Equal("MAY1001", exception.Code);
        Assert.Contains($"--disk is '{text}'", exception.Message, StringComparison.Ordinal);
    }
}
