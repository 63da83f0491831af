using Mayfly.Protocol;

namespace Mayfly.Tests.Wire;

public sealed class FrameHeaderTests
{
    [Fact]
    public void TheWireFormatIsTwelveLittleEndianBytes()
    {
        var bytes = new byte[FrameHeader.Size];

        new FrameHeader(0x010203, FrameType.Progress, StreamId.Error, 0x0a0b0c0d).Write(bytes);

        Assert.Equal([0x03, 0x02, 0x01, 0x00, 6, 2, 0, 0, 0x0d, 0x0c, 0x0b, 0x0a], bytes);
    }

    [Theory]
    [InlineData(0, FrameType.Hello, StreamId.Input, 0u)]
    [InlineData(ProtocolLimits.MaxDataBytes, FrameType.Data, StreamId.Output, 1u)]
    [InlineData(ProtocolLimits.MaxControlBytes, FrameType.Open, StreamId.Input, uint.MaxValue)]
    [InlineData(4, FrameType.Pong, StreamId.Error, 77u)]
    [InlineData(ProtocolLimits.MaxControlBytes, FrameType.Wake, StreamId.Input, 0u)]
    public void WhatIsWrittenIsRead(int length, FrameType type, StreamId stream, uint channel)
    {
        var header = new FrameHeader(length, type, stream, channel);
        var bytes = new byte[FrameHeader.Size];
        header.Write(bytes);

        Assert.Equal(header, FrameHeader.Read(bytes));
    }

    [Theory]
    [InlineData(ProtocolLimits.MaxDataBytes + 1, FrameType.Data)]
    [InlineData(ProtocolLimits.MaxControlBytes + 1, FrameType.Outcome)]
    [InlineData(-1, FrameType.Data)]
    [InlineData(int.MinValue, FrameType.Hello)]
    public void LengthsBeyondTheLimitAreRefused(int length, FrameType type)
    {
        var bytes = new byte[FrameHeader.Size];
        new FrameHeader(length, type, StreamId.Input, 1).Write(bytes);

        Assert.Throws<ProtocolException>(() => FrameHeader.Read(bytes));
    }

    [Theory]
    [InlineData(4, 11)]
    [InlineData(5, 3)]
    [InlineData(6, 1)]
    [InlineData(7, 1)]
    public void UnknownTypesStreamsAndReservedBytesAreRefused(int offset, byte value)
    {
        var bytes = new byte[FrameHeader.Size];
        bytes[offset] = value;

        Assert.Throws<ProtocolException>(() => FrameHeader.Read(bytes));
    }
}
