using System.Text;
using Mayfly.Agent.Json;

namespace Mayfly.Tests.Agent;

public sealed class LineReaderTests
{
    private const int Limit = 8;

    [Theory]
    [InlineData("", "")]
    [InlineData("a\n", "[a]")]
    [InlineData("a\n\nbc\r\n", "[a][][bc\r]")]
    [InlineData("a\nunended", "[a][unended]")]
    [InlineData("12345678\n123456789\nx\n", "[12345678]<too long>[x]")]
    [InlineData("123456789\n", "<too long>")]
    [InlineData("12345678901234567890123456789012345678901234567890\nx", "<too long>[x]")]
    [InlineData("x\n12345678901234567890", "[x]<too long>")]
    [InlineData("123456789012\n123456789012\n\n", "<too long><too long>[]")]
    public void LinesComeOutWholeHoweverTheBytesComeIn(string text, string expected)
    {
        for (var pieceBytes = 1; pieceBytes <= text.Length + 1; pieceBytes++)
        {
            var lines = new LineReader(Limit);
            var seen = new StringBuilder();
            foreach (var piece in Encoding.ASCII.GetBytes(text).Chunk(pieceBytes))
            {
                lines.Feed(piece);
                TakeAll(lines, seen);
            }

            lines.End();
            TakeAll(lines, seen);
            Assert.Equal(expected, seen.ToString());
        }
    }

    [Fact]
    public void OfALineBeyondTheLimitNothingIsHeld()
    {
        const int limit = 1024 * 1024;
        var lines = new LineReader(limit);
        var piece = new byte[64 * 1024];
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var fed = 0L; fed < 256 * limit; fed += piece.Length)
        {
            lines.Feed(piece);
            Assert.Equal(LineKind.None, lines.TryTake(out _));
        }

        // Doubling up to the limit, and no more once it is passed.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * limit);
        lines.Feed("\nnext\n"u8);
        Assert.Equal(LineKind.TooLong, lines.TryTake(out _));
        Assert.Equal(LineKind.Line, lines.TryTake(out var next));
        Assert.Equal("next"u8, next);
    }

    private static void TakeAll(LineReader lines, StringBuilder seen)
    {
        LineKind kind;
        while ((kind = lines.TryTake(out var line)) != LineKind.None)
        {
            seen.Append(kind == LineKind.Line ? $"[{Encoding.ASCII.GetString(line)}]" : "<too long>");
        }
    }
}
