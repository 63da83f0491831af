using System.Buffers.Binary;

namespace Mayfly.Protocol;

/// <summary>
/// The twelve bytes before every payload, little-endian:
/// payload length (4), type (1), stream (1), reserved and zero (2), channel (4).
/// </summary>
/// <param name="PayloadBytes">Length of the payload that follows.</param>
/// <param name="Type">What the payload is.</param>
/// <param name="Stream">Which stream it belongs to; <see cref="StreamId.Input"/> where the type has none.</param>
/// <param name="Channel">The conversation it belongs to; 0 is the session itself.</param>
public readonly record struct FrameHeader(int PayloadBytes, FrameType Type, StreamId Stream, uint Channel)
{
    /// <summary>Length of an encoded header in bytes.</summary>
    public const int Size = 12;

    /// <summary>Encodes the header into the first <see cref="Size"/> bytes of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, PayloadBytes);
        destination[4] = (byte)Type;
        destination[5] = (byte)Stream;
        destination[6] = 0;
        destination[7] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], Channel);
    }

    /// <summary>Decodes and checks a header.</summary>
    /// <exception cref="ProtocolException">A field is outside <see cref="ProtocolLimits"/> or unknown.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> source)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(source);
        var type = (FrameType)source[4];
        var stream = (StreamId)source[5];
        var channel = BinaryPrimitives.ReadUInt32LittleEndian(source[8..]);
        if (type > FrameType.Wake)
        {
            throw new ProtocolException($"unknown frame type {source[4]}");
        }

        if (stream > StreamId.Error || source[6] != 0 || source[7] != 0)
        {
            throw new ProtocolException($"malformed header of a {type} frame");
        }

        var limit = type == FrameType.Data ? ProtocolLimits.MaxDataBytes : ProtocolLimits.MaxControlBytes;
        if (length > limit)
        {
            throw new ProtocolException($"a {type} frame of {length} bytes exceeds the limit of {limit}");
        }

        return new FrameHeader((int)length, type, stream, channel);
    }
}
