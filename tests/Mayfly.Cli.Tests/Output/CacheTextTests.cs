using Mayfly.Caching;
using Mayfly.Cli.Output;

namespace Mayfly.Cli.Tests.Output;

public sealed class CacheTextTests
{
    private static readonly DateTimeOffset _now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly SandboxCacheEntry _template = new()
    {
        Kind = "templates",
        Key = new string('a', 64),
        Path = "/cache/templates/a",
        Size = ByteSize.MiB(100),
        Made = _now - TimeSpan.FromDays(2),
        LastUsed = _now - TimeSpan.FromMinutes(90),
        IsInUse = true,
        IsReadable = true,
        Description = "kernel 6.1\n\u001b[2J",
    };

    [Fact]
    public void AnEntryIsALineAndTheSumComesLast()
    {
        var image = _template with { Kind = "images", Size = new ByteSize(1536), LastUsed = null, IsInUse = false, IsReadable = false, Description = "" };

        Assert.Equal(
            """
            KIND       KEY                SIZE  MADE  USED   STATE    WHAT
            images     aaaaaaaaaaaa    1.5 KiB  2d0h         damaged
            templates  aaaaaaaaaaaa  100.0 MiB  2d0h  1h30m  in use   kernel 6.1
            100.0 MiB in all

            """,
            CacheText.Describe([image, _template], _now));
    }

    [Fact]
    public void AnEmptyCacheIsALine() => Assert.Equal("The cache is empty.\n", CacheText.Describe([], _now));

    [Fact]
    public void WhatIsGoneAndWhatIsNotIsSaid()
        => Assert.Equal(
            "removed images/aaaaaaaaaaaa (100.0 MiB)\nleft templates/aaaaaaaaaaaa: it is in use\n100.0 MiB freed\n",
            CacheText.Describe(new SandboxCachePruned([_template with { Kind = "images" }], [_template])));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(long.MaxValue, "8388608.0 TiB")]
    public void ASizeHasAShortNumber(long bytes, string text) => Assert.Equal(text, SizeText.Of(new ByteSize(bytes)));
}
