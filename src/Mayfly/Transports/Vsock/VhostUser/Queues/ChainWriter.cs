namespace Mayfly.Transports.Vsock.VhostUser.Queues;

/// <summary>Writes to the buffers of a chain as the one stream of bytes that they are.</summary>
internal unsafe ref struct ChainWriter
{
    private ReadOnlySpan<Segment> _segments;
    private uint _offset;

    public ChainWriter(ReadOnlySpan<Segment> segments)
    {
        _segments = segments;
        foreach (var segment in segments)
        {
            Capacity += segment.Length;
        }
    }

    /// <summary>Room that is left, in bytes.</summary>
    public long Capacity { get; private set; }

    /// <summary>Bytes written so far.</summary>
    public uint Written { get; private set; }

    /// <summary>Writes all of them; the caller has looked at <see cref="Capacity"/>.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Capacity, nameof(bytes));
        while (!bytes.IsEmpty)
        {
            if (_offset == _segments[0].Length)
            {
                _segments = _segments[1..];
                _offset = 0;
                continue;
            }

            var length = (int)Math.Min((uint)bytes.Length, _segments[0].Length - _offset);

            // SAFETY: GuestMemory found the whole segment, and the part does not go beyond its length.
            bytes[..length].CopyTo(new Span<byte>(_segments[0].Start + _offset, length));
            bytes = bytes[length..];
            _offset += (uint)length;
            Written += (uint)length;
            Capacity -= length;
        }
    }
}
