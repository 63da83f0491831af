using System.Text;
using Mayfly.Diagnostics;

namespace Mayfly.Tests.HostileOutput;

/// <summary>Nothing that a guest writes is a command to the host's CI system. The parsers share nothing with the product.</summary>
public sealed class HostileOutputTests
{
    private const int Seed = 20;
    private const int RandomOutputs = 20_000;

    [Fact]
    public void TheCorpusIsLargeAndDangerous()
    {
        var harmless = Corpus.Outputs.Where(output => !CiSystems.Obey(CarelessReader.Strip(Pieces(Encoding.UTF8.GetString(output)))) && !CiSystems.Obey(Encoding.UTF8.GetString(output))).ToList();

        Assert.InRange(Corpus.Outputs.Count, 200, 10_000);
        Assert.Empty(harmless.Select(Show));
    }

    [Theory]
    [InlineData("::error::x", true)]
    [InlineData("  ::stop-commands::x", true)]
    [InlineData("text ::error::x", false)]
    [InlineData("::error", false)]
    [InlineData(": :error::x", false)]
    [InlineData("text ##[error]x", true)]
    [InlineData("# #[error]x", false)]
    public void TheParserOfGitHubsGrammarKnowsIt(string line, bool obeys) => Assert.Equal(obeys, GitHubRunner.Obeys(line));

    [Theory]
    [InlineData("text ##vso[task.setvariable variable=x]y", true, true)]
    [InlineData("##VSO[task.complete]", true, true)]
    [InlineData("##vso[task]", true, false)]
    [InlineData("##[group]", true, false)]
    [InlineData("# #vso[task.complete]", false, false)]
    [InlineData("## title", false, false)]
    public void TheParserOfAzuresGrammarKnowsIt(string line, bool obeys, bool performs)
    {
        Assert.Equal(obeys, AzureAgent.Obeys(line));
        Assert.Equal(performs, AzureAgent.Performs(line));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NothingOfTheCorpusIsObeyedOnceItWasMadeSafe(bool breaksLongLines)
    {
        var random = new Random(Seed);

        Assert.Empty(Corpus.Outputs.Where(output => !CiSystems.LeaveAlone(Lines(output, random, breaksLongLines))).Select(Show));
    }

    [Fact]
    public void NothingOfTheCorpusIsObeyedInAnErrorsMessage() =>
        Assert.Empty(Corpus.Outputs.Where(output => !CiSystems.LeaveAlone(Message(Encoding.UTF8.GetString(output)))).Select(Show));

    [Fact]
    public void NothingThatIsPutTogetherAtRandomIsObeyed()
    {
        var random = new Random(Seed);
        var obeyed = 0;
        for (var round = 0; round < RandomOutputs; round++)
        {
            byte[] output = [.. Enumerable.Range(0, random.Next(1, 12)).SelectMany(_ => Corpus.Pieces[random.Next(Corpus.Pieces.Count)])];
            obeyed += CiSystems.Obey(Encoding.UTF8.GetString(output)) ? 1 : 0;

            Assert.True(CiSystems.LeaveAlone(Lines(output, random, breaksLongLines: false)), Show(output));
        }

        // A fuzzer that says nothing dangerous shows nothing.
        Assert.InRange(obeyed, RandomOutputs / 4, RandomOutputs);
    }

    [Fact]
    public void WhatIsSafeStaysAsItIs()
    {
        foreach (var output in Corpus.Outputs)
        {
            var safe = GuestText.NeutraliseLines(Encoding.UTF8.GetString(output));

            Assert.Equal(safe, GuestText.NeutraliseLines(safe));
        }
    }

    [Fact]
    public void ALongLineCostsNoMoreThanItsLength()
    {
        var hostile = new[] { "#", "##a", "#\u200B", "::", "\u200B", "\e[", "\e]", "##\u200Ba" };

        foreach (var piece in hostile)
        {
            Assert.True(GuestText.Neutralise(string.Concat(Enumerable.Repeat(piece, 300_000))).Length > 0);
        }
    }

    /// <summary>As a front end does it: bytes in pieces, to lines, each made safe.</summary>
    private static string Lines(byte[] output, Random random, bool breaksLongLines)
    {
        var text = new StringBuilder();
        using var lines = new GuestLineStream(line => text.Append(GuestText.Neutralise(line)).Append('\n')) { BreaksLongLines = breaksLongLines };
        for (var at = 0; at < output.Length;)
        {
            var count = Math.Min(output.Length - at, random.Next(5) == 0 ? random.Next(1, 5000) : random.Next(1, 6));
            lines.Write(output.AsSpan(at, count));
            at += count;
        }

        lines.Complete();
        return text.ToString();
    }

    private static string Message(string said) =>
        new SandboxBootException(ErrorCode.GuestPanicked, $"it said\n{said}", said).Message + "\n" + new SandboxTransferException(ErrorCode.TransferFailed, $"of '{said}'").Message;

    /// <summary>Long lines as the line stream breaks them.</summary>
    private static string Pieces(string text) => string.Join('\n', text.Split('\n').SelectMany(line => line.Chunk(Corpus.MaxLineChars)).Select(piece => new string(piece)));

    private static string Show(byte[] output) => string.Concat(Encoding.Latin1.GetString(output.AsSpan(0, Math.Min(output.Length, 80))).Select(character => character is >= ' ' and <= '~' ? $"{character}" : $"\\x{(int)character:X2}"));
}
