using System.Text;
using Mayfly.MSBuild.Output;

namespace Mayfly.MSBuild.Tests.Output;

public sealed class RawLogTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    [Fact]
    public void BytesAreKeptAsTheyCame()
    {
        byte[] bytes = [0, 1, 27, (byte)'[', 0xff, 0xfe, 13, 10, 0x80];
        var lines = new List<string>();
        using (var raw = new RawLog(_directory["logs/a.log"]))
        {
            using var stream = new GuestLineStream(lines.Add);
            using var tee = new RawTee(stream, raw);
            tee.Write(bytes.AsSpan(0, 4));
            tee.Write(bytes.AsSpan(4));
            stream.Complete();
        }

        Assert.Equal(bytes, File.ReadAllBytes(_directory["logs/a.log"]));
        Assert.Equal(2, lines.Count);
    }

    [Fact]
    public void AFloodEndsWithANote()
    {
        using (var raw = new RawLog(_directory["a.log"], maxBytes: 10))
        {
            for (var count = 0; count < 1000; count++)
            {
                raw.Write("abc"u8);
            }
        }

        Assert.Equal("abcabcabca\n[Mayfly: the command wrote more than is kept.]\n", File.ReadAllText(_directory["a.log"]));
    }

    [Fact]
    public void AnotherBuildsFileOfThatNameIsNotWrittenOver()
    {
        using var first = new RawLog(_directory["a.log"]);
        first.Write("first"u8);
        using var second = new RawLog(_directory["a.log"]);
        second.Write("second"u8);
        first.Dispose();
        second.Dispose();

        Assert.Equal("second", File.ReadAllText(_directory["a.log"], Encoding.UTF8));
    }

    public void Dispose() => _directory.Dispose();
}
