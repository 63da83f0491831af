using System.Text;

namespace Mayfly.Tests;

public sealed class LineSplitterTests
{
    private const string Text = "one\r\ntwo\nthree\rżółć 😀\n\n\r\nlast";

    private static readonly string[] Lines = ["one", "two", "three", "żółć 😀", "", "", "last"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    public void LinesAreTheSameWhereverTheChunksEnd(int chunkBytes)
    {
        var bytes = Encoding.UTF8.GetBytes(Text);

        Assert.Equal(Lines, Split(bytes.Chunk(chunkBytes)));
    }

    [Fact]
    public void ALineWithoutEndIsBounded()
    {
        var chunk = Enumerable.Repeat((byte)'x', 100_000).ToArray();

        var line = Assert.Single(Split(Enumerable.Repeat(chunk, 30)));

        Assert.StartsWith(new string('x', LineSplitter.MaxLineChars), line, StringComparison.Ordinal);
        Assert.EndsWith($"... [{3_000_000 - LineSplitter.MaxLineChars} more characters]", line, StringComparison.Ordinal);
    }

    [Fact]
    public void ALongLineCanGoOnAsFurtherLinesWithoutLossOrHalfCharacters()
    {
        var text = new string('x', LineSplitter.MaxLineChars - 1) + "😀" + new string('y', LineSplitter.MaxLineChars + 1);
        var lines = new List<string>();
        var splitter = new LineSplitter(lines.Add) { BreaksLongLines = true };

        splitter.Write(Encoding.UTF8.GetBytes(text + "\nz"));
        splitter.Complete();

        Assert.Equal([new string('x', LineSplitter.MaxLineChars - 1) + "😀", new string('y', LineSplitter.MaxLineChars), "y", "z"], lines);
    }

    [Fact]
    public void InvalidBytesBecomeReplacementCharacters() =>
        Assert.Equal(["a\uFFFDb", "\uFFFD"], Split([[(byte)'a', 0xFF, (byte)'b', (byte)'\n', 0xE2]]));

    private static List<string> Split(IEnumerable<byte[]> chunks)
    {
        var lines = new List<string>();
        var splitter = new LineSplitter(lines.Add);
        foreach (var chunk in chunks)
        {
            splitter.Write(chunk);
        }

        splitter.Complete();
        return lines;
    }
}
