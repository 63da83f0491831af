using System.Text;
using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>
/// Cuts a byte stream into frames. One buffer serves nearly every frame in place; only control frames larger than it
/// get memory of their own, after their length was checked.
/// </summary>
internal sealed class FrameReader(Stream stream)
{
    /// <summary>Two full data frames and their headers fit, so that one read brings more than one.</summary>
    public const int BufferBytes = (2 * ProtocolLimits.MaxDataBytes) + (64 * FrameHeader.Size);

    private const int PreviewBytes = 48;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;

    /// <summary>The bytes at which reading stands, as printable text for messages about junk.</summary>
    public string Preview
    {
        get
        {
            var text = new StringBuilder();
            foreach (var value in _buffer.AsSpan(_start, Math.Min(_end - _start, PreviewBytes)))
            {
                text.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
            }

            return text.ToString();
        }
    }

    /// <summary>The next frame; null at an end of the stream between two frames.</summary>
    /// <exception cref="ProtocolException">The bytes are not a frame, or longer than <paramref name="maxControlBytes"/>.</exception>
    public async ValueTask<Frame?> ReadAsync(int maxControlBytes, CancellationToken cancellationToken)
    {
        if (!await FillAsync(FrameHeader.Size, cancellationToken).ConfigureAwait(false))
        {
            return _end == _start ? null : throw EndedEarly();
        }

        var header = FrameHeader.Read(_buffer.AsSpan(_start));
        if (header.Type != FrameType.Data && header.PayloadBytes > maxControlBytes)
        {
            throw new ProtocolException($"a {header.Type} frame of {header.PayloadBytes} bytes exceeds the limit of {maxControlBytes}");
        }

        var frameBytes = FrameHeader.Size + header.PayloadBytes;
        if (frameBytes > _buffer.Length)
        {
            return await ReadLargeAsync(header, cancellationToken).ConfigureAwait(false);
        }

        if (!await FillAsync(frameBytes, cancellationToken).ConfigureAwait(false))
        {
            throw EndedEarly();
        }

        var payload = _buffer.AsMemory(_start + FrameHeader.Size, header.PayloadBytes);
        _start += frameBytes;
        return new Frame(header, payload);
    }

    /// <summary>Waits for the stream's next byte, or its end.</summary>
    /// <returns>Whether there is one.</returns>
    public ValueTask<bool> HasMoreAsync(CancellationToken cancellationToken) => FillAsync(1, cancellationToken);

    private static ProtocolException EndedEarly() => new("the stream ended in the middle of a frame");

    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_buffer.Length - _start < count)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        while (_end - _start < count)
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private async ValueTask<Frame?> ReadLargeAsync(FrameHeader header, CancellationToken cancellationToken)
    {
        var payload = new byte[header.PayloadBytes];
        var buffered = _buffer.AsSpan((_start + FrameHeader.Size).._end);
        buffered.CopyTo(payload);
        var missing = payload.AsMemory(buffered.Length);
        _start = _end = 0;
        var read = await stream.ReadAtLeastAsync(missing, missing.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return read == missing.Length ? new Frame(header, payload) : throw EndedEarly();
    }
}
