using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>Cuts the host's bytes into frames. Data is passed on in the pieces it comes in, so it is never gathered.</summary>
internal sealed class FrameReader(IFrameSink sink)
{
    private readonly byte[] _headerBytes = new byte[FrameHeader.Size];
    private int _headerLength;
    private FrameHeader _header;
    private byte[] _payload = [];
    private int _payloadLength;

    /// <exception cref="ProtocolException">These bytes are not this protocol.</exception>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_headerLength < FrameHeader.Size)
            {
                // Still incomplete, or complete and without a payload: either way the next round knows what to do.
                bytes = bytes[TakeHeader(bytes)..];
                continue;
            }

            var piece = bytes[..Math.Min(bytes.Length, _header.PayloadBytes - _payloadLength)];
            bytes = bytes[piece.Length..];
            TakePayload(piece);
        }
    }

    private int TakeHeader(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, FrameHeader.Size - _headerLength);
        bytes[..count].CopyTo(_headerBytes.AsSpan(_headerLength));
        _headerLength += count;
        if (_headerLength == FrameHeader.Size)
        {
            _header = FrameHeader.Read(_headerBytes);
            _payloadLength = 0;
            if (_header.PayloadBytes == 0)
            {
                TakePayload([]);
            }
        }

        return count;
    }

    private void TakePayload(ReadOnlySpan<byte> piece)
    {
        var isData = _header.Type == FrameType.Data;
        if (isData)
        {
            sink.OnData(_header, piece);
        }
        else
        {
            if (_payload.Length < _header.PayloadBytes)
            {
                // The header's reader has checked the length against the limit.
                _payload = new byte[Math.Max(_header.PayloadBytes, 4096)];
            }

            piece.CopyTo(_payload.AsSpan(_payloadLength));
        }

        _payloadLength += piece.Length;
        if (_payloadLength == _header.PayloadBytes)
        {
            _headerLength = 0;
            if (!isData)
            {
                sink.OnFrame(_header, _payload.AsSpan(0, _payloadLength));
            }
        }
    }
}
