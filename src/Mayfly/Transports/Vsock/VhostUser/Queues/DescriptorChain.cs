namespace Mayfly.Transports.Vsock.VhostUser.Queues;

/// <summary>
/// One request of the driver: buffers to read, then buffers to write, all of them inside the guest's memory. One object
/// per queue, filled anew by each <see cref="SplitQueue.TryTake"/>.
/// </summary>
internal sealed class DescriptorChain(int capacity)
{
    private readonly Segment[] _segments = new Segment[capacity];
    private int _count;
    private int _readable;

    /// <summary>The head's index, which the used ring names it by.</summary>
    public ushort Head { get; private set; }

    /// <summary>What the driver gave to be read.</summary>
    public ReadOnlySpan<Segment> Readable => _segments.AsSpan(0, _readable);

    /// <summary>What the driver gave to be written.</summary>
    public ReadOnlySpan<Segment> Writable => _segments.AsSpan(_readable, _count - _readable);

    public void Begin(ushort head)
    {
        Head = head;
        _count = 0;
        _readable = 0;
    }

    /// <exception cref="DeviceBrokenException">The chain is longer than the queue, or goes back from writing to reading.</exception>
    public void Add(Segment segment, bool writable)
    {
        if (_count == _segments.Length)
        {
            throw new DeviceBrokenException($"the guest's driver made a chain of more than {_segments.Length} descriptors, or one that loops");
        }

        if (!writable && _readable != _count)
        {
            throw new DeviceBrokenException("the guest's driver put a buffer to read behind one to write");
        }

        _segments[_count++] = segment;
        _readable += writable ? 0 : 1;
    }
}
