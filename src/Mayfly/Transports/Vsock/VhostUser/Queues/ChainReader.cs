namespace Mayfly.Transports.Vsock.VhostUser.Queues;

/// <summary>Reads the buffers of a chain one after another, as the one stream of bytes that they are.</summary>
internal unsafe ref struct ChainReader
{
    private ReadOnlySpan<Segment> _segments;
    private uint _offset;

    public ChainReader(ReadOnlySpan<Segment> segments)
    {
        _segments = segments;
        foreach (var segment in segments)
        {
            Remaining += segment.Length;
        }
    }

    /// <summary>Bytes not read yet.</summary>
    public long Remaining { get; private set; }

    /// <summary>The next contiguous bytes, at most so many; empty at the end.</summary>
    public ReadOnlySpan<byte> Next(int most)
    {
        while (!_segments.IsEmpty && _offset == _segments[0].Length)
        {
            _segments = _segments[1..];
            _offset = 0;
        }

        if (_segments.IsEmpty || most <= 0)
        {
            return default;
        }

        var length = (int)Math.Min((uint)most, _segments[0].Length - _offset);

        // SAFETY: GuestMemory found the whole segment, and the part does not go beyond its length.
        var span = new ReadOnlySpan<byte>(_segments[0].Start + _offset, length);
        _offset += (uint)length;
        Remaining -= length;
        return span;
    }

    /// <summary>Copies until the destination is full; false where the chain is too short for that.</summary>
    public bool TryCopyTo(scoped Span<byte> destination)
    {
        if (Remaining < destination.Length)
        {
            return false;
        }

        while (!destination.IsEmpty)
        {
            var piece = Next(destination.Length);
            piece.CopyTo(destination);
            destination = destination[piece.Length..];
        }

        return true;
    }
}
