using Mayfly.Transports.Vsock.VhostUser.Memory;

namespace Mayfly.Transports.Vsock.VhostUser.Queues;

/// <summary>
/// The device's side of one split virtqueue (virtio 1.2, section 2.7). The driver fills the descriptor table and announces
/// chains in the available ring; the device takes them, and gives them back in the used ring. All three lie in memory that
/// the guest changes at will: every index is checked, every descriptor is copied before it is looked at.
/// </summary>
internal sealed unsafe class SplitQueue
{
    private const ushort AvailableNoInterrupt = 1;
    private const ushort UsedNoNotify = 1;

    private readonly GuestMemory _memory;
    private readonly bool _eventIndex;
    private readonly bool _indirect;
    private readonly uint _size;
    private readonly byte* _descriptors;
    private readonly ushort* _available;
    private readonly ushort* _used;
    private ushort _nextUsed;
    private ushort _published;
    private ushort _signalled;
    private bool _signalledValid;

    /// <param name="memory">Where the queue lies.</param>
    /// <param name="layout">Where in it.</param>
    /// <param name="nextAvailable">The first entry of the available ring not taken yet.</param>
    /// <param name="eventIndex">VIRTIO_F_EVENT_IDX was negotiated.</param>
    /// <param name="indirect">VIRTIO_F_INDIRECT_DESC was negotiated.</param>
    /// <exception cref="DeviceBrokenException">The layout makes no sense.</exception>
    public SplitQueue(GuestMemory memory, SplitQueueLayout layout, ushort nextAvailable, bool eventIndex, bool indirect)
    {
        // SAFETY: from here on every access stays within the sizes that FindIn has checked.
        var (descriptors, available, used) = layout.FindIn(memory);
        _memory = memory;
        _size = layout.Size;
        _descriptors = (byte*)descriptors;
        _available = (ushort*)available;
        _used = (ushort*)used;
        _eventIndex = eventIndex;
        _indirect = indirect;
        NextAvailable = nextAvailable;

        // After a stop the driver's used index goes on where it was (section 2.7.8), and only it knows.
        _nextUsed = _published = Volatile.Read(ref _used[1]);
        Chain = new DescriptorChain((int)layout.Size);
    }

    /// <summary>Its number of descriptors.</summary>
    public int Size => (int)_size;

    /// <summary>The first entry of the available ring not taken yet; what GET_VRING_BASE asks for.</summary>
    public ushort NextAvailable { get; private set; }

    /// <summary>What <see cref="TryTake"/> took last.</summary>
    public DescriptorChain Chain { get; }

    private ref ushort UsedFlags => ref _used[0];

    private ref ushort UsedIndex => ref _used[1];

    /// <summary>Behind the entries of the available ring: the driver wants to be told when the used index gets here.</summary>
    private ref ushort UsedEvent => ref _available[2 + _size];

    /// <summary>Behind the entries of the used ring: the device wants to be told when the available index gets here.</summary>
    private ref ushort AvailableEvent => ref _used[2 + (_size * 4)];

    /// <summary>Whether a chain waits to be taken.</summary>
    /// <exception cref="DeviceBrokenException">The driver's index went further than the queue is long.</exception>
    public bool HasAvailable()
    {
        var waiting = (ushort)(Volatile.Read(ref _available[1]) - NextAvailable);
        return waiting <= _size
            ? waiting != 0
            : throw new DeviceBrokenException($"the guest's driver announced {waiting} buffers at once in a queue of {_size}");
    }

    /// <summary>Takes the next chain into <see cref="Chain"/>; false where none waits.</summary>
    /// <exception cref="DeviceBrokenException">The chain breaks the rules.</exception>
    public bool TryTake()
    {
        if (!HasAvailable())
        {
            return false;
        }

        var head = Volatile.Read(ref _available[2 + (NextAvailable & (_size - 1))]);
        NextAvailable++;
        Chain.Begin(head);
        Walk(_descriptors, _size, head, mayBeIndirect: _indirect);
        return true;
    }

    /// <summary>Gives the chain taken last back without having touched it: it will be the next to be taken.</summary>
    public void Untake() => NextAvailable--;

    /// <summary>Gives a chain back to the driver; <see cref="Publish"/> shows it.</summary>
    /// <param name="head">Its head.</param>
    /// <param name="written">Bytes written to it.</param>
    public void Return(ushort head, uint written)
    {
        var entry = (uint*)(_used + 2) + ((_nextUsed & (_size - 1)) * 2);
        entry[0] = head;
        entry[1] = written;
        _nextUsed++;
    }

    /// <summary>Shows the driver what was returned.</summary>
    /// <returns>Whether it wants to be interrupted for it.</returns>
    public bool Publish()
    {
        var before = _signalled;
        if (_published == _nextUsed)
        {
            return false;
        }

        _published = _nextUsed;

        // The entries must be seen before the index is, and the index before we look at what the driver wants.
        Volatile.Write(ref UsedIndex, _nextUsed);
        Interlocked.MemoryBarrier();
        if (!_eventIndex)
        {
            return (Volatile.Read(ref _available[0]) & AvailableNoInterrupt) == 0;
        }

        _signalled = _nextUsed;
        if (!_signalledValid)
        {
            _signalledValid = true;
            return true;
        }

        // vring_need_event of section 2.7.10: has the index passed the one that the driver waits for?
        return (ushort)(_nextUsed - Volatile.Read(ref UsedEvent) - 1) < (ushort)(_nextUsed - before);
    }

    /// <summary>Asks the driver for no notifications: the device is looking anyway.</summary>
    public void SilenceDriver()
    {
        if (!_eventIndex)
        {
            Volatile.Write(ref UsedFlags, UsedNoNotify);
        }
    }

    /// <summary>Asks the driver for a notification of the next chain.</summary>
    /// <returns>Whether one came in the meantime, unannounced.</returns>
    public bool ListenToDriver()
    {
        if (_eventIndex)
        {
            Volatile.Write(ref AvailableEvent, NextAvailable);
        }
        else
        {
            Volatile.Write(ref UsedFlags, 0);
        }

        Interlocked.MemoryBarrier();
        return HasAvailable();
    }

    private void Walk(byte* table, uint size, uint first, bool mayBeIndirect)
    {
        var index = first;
        while (true)
        {
            if (index >= size)
            {
                throw new DeviceBrokenException($"the guest's driver named descriptor {index} in a table of {size}");
            }

            // A copy: the guest may change the original between two looks.
            var descriptor = QueueDescriptor.Read(new ReadOnlySpan<byte>(table + (index * QueueDescriptor.Bytes), QueueDescriptor.Bytes));
            if (descriptor.IsIndirect)
            {
                if (!mayBeIndirect || descriptor.HasNext)
                {
                    throw new DeviceBrokenException("the guest's driver used an indirect table where none may be");
                }

                WalkIndirect(descriptor);
                return;
            }

            // The chain's capacity ends a loop.
            var start = _memory.Find(descriptor.Address, descriptor.Length);
            if (start is null)
            {
                throw new DeviceBrokenException($"the guest's driver gave a buffer of {descriptor.Length} bytes at 0x{descriptor.Address:x}, outside its memory");
            }

            Chain.Add(new Segment(start, descriptor.Length), descriptor.IsWritable);
            if (!descriptor.HasNext)
            {
                return;
            }

            index = descriptor.Next;
        }
    }

    private void WalkIndirect(QueueDescriptor descriptor)
    {
        var table = _memory.Find(descriptor.Address, descriptor.Length);
        if (table is null || descriptor.Length == 0 || descriptor.Length % QueueDescriptor.Bytes != 0)
        {
            throw new DeviceBrokenException($"the guest's driver gave an indirect table of {descriptor.Length} bytes at 0x{descriptor.Address:x}, which can't be");
        }

        Walk(table, descriptor.Length / QueueDescriptor.Bytes, 0, mayBeIndirect: false);
    }
}
