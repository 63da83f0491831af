using System.Text;
using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Tests.Output;

public sealed class GuestLineEncodingTests
{
    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("shift_jis")]
    [InlineData("gb18030")]
    public void CharactersMayBeCutAnywhere(string name)
    {
        var encoding = TaskText.Encoding(name, "StdOutEncoding");

        Assert.Equal(["日本語", "ab", "終"], Lines(encoding, encoding.GetBytes("日本語\r\nab\n終")));
    }

    [Fact]
    public void WhatMeansNothingBecomesReplacementCharacters() =>
        Assert.Equal(["a\uFFFDb"], Lines(TaskText.Encoding("us-ascii", "StdOutEncoding"), [(byte)'a', 0xe9, (byte)'b', (byte)'\n']));

    [Fact]
    public void AnEncodingIsNoWayAroundTheNeutraliser()
    {
        var bytes = Encoding.Unicode.GetBytes("::error::x\u001b[2K##vso[a]\n");

        Assert.Equal(": :error::x# #vso[a]", GuestText.Neutralise(Assert.Single(Lines(Encoding.Unicode, bytes))));
    }

    /// <summary>Byte by byte, which is the worst that a guest can do.</summary>
    private static List<string> Lines(Encoding encoding, byte[] bytes)
    {
        var lines = new List<string>();
        using var stream = new GuestLineStream(lines.Add, encoding);
        foreach (var value in bytes)
        {
            stream.Write([value]);
        }

        stream.Complete();
        return lines;
    }
}
