using System.Text;
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
    public void TheCutLeavesNoHalfCharacter()
    {
        var output = new GuestTestOutput(_ => { });

        output.Write(new string('a', Most - 1));
        output.Write("\ud83d\ude00");

        Assert.DoesNotContain(output.Text, char.IsSurrogate);
    }
}
