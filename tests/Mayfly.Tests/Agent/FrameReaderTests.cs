using System.Text;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

public sealed class FrameReaderTests : IFrameSink
{
    private readonly List<string> _seen = [];

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(13)]
    [InlineData(1000)]
    public void FramesComeOutWholeHoweverTheBytesComeIn(int pieceBytes)
    {
        var bytes = new List<byte>();
        bytes.AddRange(Frame(FrameType.Ping, 0, "abc"));
        bytes.AddRange(Frame(FrameType.Data, 7, "some data"));
        bytes.AddRange(Frame(FrameType.Eof, 7, ""));
        bytes.AddRange(Frame(FrameType.Ping, 0, "z"));
        var reader = new FrameReader(this);

        foreach (var piece in bytes.Chunk(pieceBytes))
        {
            reader.Feed(piece);
        }

        var whole = string.Concat(_seen);
        Assert.Equal("[Ping 0 abc]some data[Eof 7 ][Ping 0 z]", whole);
    }

    [Fact]
    public void AFrameBeyondTheLimitIsRefusedBeforeItsPayload()
    {
        var header = new byte[FrameHeader.Size];
        new FrameHeader(ProtocolLimits.MaxControlBytes + 1, FrameType.Open, StreamId.Input, 1).Write(header);

        Assert.Throws<ProtocolException>(() => new FrameReader(this).Feed(header));
    }

    void IFrameSink.OnData(FrameHeader header, ReadOnlySpan<byte> piece) => _seen.Add(Encoding.ASCII.GetString(piece));

    void IFrameSink.OnFrame(FrameHeader header, ReadOnlySpan<byte> payload) =>
        _seen.Add($"[{header.Type} {header.Channel} {Encoding.ASCII.GetString(payload)}]");

    private static byte[] Frame(FrameType type, uint channel, string payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, StreamId.Input, channel).Write(frame);
        Encoding.ASCII.GetBytes(payload, frame.AsSpan(FrameHeader.Size));
        return frame;
    }
}
