using System.Text;
using System.Xml;
using Mayfly.Xunit.Guests.Machines;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>What a test writes is kept up to a limit.</summary>
public sealed class GuestTestOutputTests
{
    private const int Most = 4 * 1024 * 1024;

    [Fact]
    public void WhatIsKeptIsWhatIsPassedOn()
    {
        var told = new StringBuilder();
        var output = new GuestTestOutput(text => told.Append(text));

        output.Write("a");
        output.Note("b");
        output.Write(new string('c', Most));
        output.Write("d");
        output.Note("e");

        Assert.Equal(told.ToString(), output.Text);
        Assert.StartsWith("abccc", output.Text, StringComparison.Ordinal);
        Assert.EndsWith("ccc\n(the test has written more than 4194304 characters; the rest is left out)\ne", output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ALineIsMadeSafeAsAWholeHoweverItIsWritten()
    {
        var told = new List<string>();
        var output = new GuestTestOutput(told.Add);

        foreach (var piece in new[] { "::err", "or::x\r", "\n#", "#", "vso[task.complete]\nfirst\nsecond\n:", ":debug::y" })
        {
            output.Write(piece);
        }

        Assert.Equal([": :error::x\n", "# #vso[task.complete]\nfirst\nsecond\n"], told);
        Assert.EndsWith("second\n: :debug::y", output.Text, StringComparison.Ordinal);
        output.Close();
        Assert.Equal(": :debug::y", told[^1]);
    }

    [Fact]
    public void ANoteOfOnesOwnEndsAnOpenLine()
    {
        var output = new GuestTestOutput(_ => { });

        output.Write("#");
        output.Note("\nmayfly: note\n");
        output.Write("#vso[x]\n");

        Assert.Equal("#\nmayfly: note\n#vso[x]\n", output.Text);
    }

    [Fact]
    public void EverythingThatIsLeftFitsIntoXml()
    {
        var all = string.Concat(Enumerable.Range(0, 0x10000).Select(code => (char)code));
        var output = new GuestTestOutput(_ => { });

        output.Write(all);

        Assert.Throws<XmlException>(() => XmlConvert.VerifyXmlChars(all));
        _ = XmlConvert.VerifyXmlChars(output.Text);
    }

    [Fact]
    public void TheCutLeavesNoHalfCharacter()
    {
        var output = new GuestTestOutput(_ => { });

        output.Write(new string('a', Most - 1));
        output.Write("\ud83d\ude00");

        Assert.DoesNotContain(output.Text, char.IsSurrogate);
    }
}
