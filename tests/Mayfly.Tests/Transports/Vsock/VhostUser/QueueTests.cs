using Mayfly.Transports.Vsock.VhostUser;
using Mayfly.Transports.Vsock.VhostUser.Memory;
using Mayfly.Transports.Vsock.VhostUser.Queues;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

public sealed class QueueTests : IDisposable
{
    private const int Size = 16;
    private const int Table = 0x3000;
    private const int Buffer = 0x8000;
    private const ushort Next = QueueDescriptor.FlagNext;
    private const ushort Write = QueueDescriptor.FlagWrite;
    private const ushort Indirect = QueueDescriptor.FlagIndirect;

    private readonly GuestRam _ram = new(0x10000);
    private readonly DriverQueue _driver;
    private readonly GuestMemory _memory;

    public QueueTests()
    {
        _driver = new DriverQueue(_ram, 0, Size);
        _memory = _ram.Map();
    }

    public void Dispose()
    {
        _memory.Dispose();
        _ram.Dispose();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(5, 9)]
    public void ALoopOfDescriptorsBreaksTheDevice(ushort one, ushort other)
    {
        _driver.Describe(one, At(Buffer), 8, Next, other);
        _driver.Describe(other, At(Buffer), 8, Next, one);

        AssertBroken("one that loops", one);
    }

    [Fact]
    public void ALoopInAnIndirectTableBreaksTheDevice()
    {
        _driver.Write(Table, At(Buffer), 8, Next, 0);
        _driver.Describe(0, At(Table), 16, Indirect);

        AssertBroken("one that loops");
    }

    [Fact]
    public void AnIndirectTableInsideAnIndirectTableBreaksTheDevice()
    {
        _driver.Write(Table, At(Table), 16, Indirect);
        _driver.Describe(0, At(Table), 16, Indirect);

        AssertBroken("an indirect table where none may be");
    }

    [Fact]
    public void AnIndirectTableThatGoesOnBesidesBreaksTheDevice()
    {
        _driver.Write(Table, At(Buffer), 8);
        _driver.Describe(0, At(Table), 16, Indirect | Next, 1);

        AssertBroken("an indirect table where none may be");
    }

    [Fact]
    public void AnIndirectTableThatWasNotNegotiatedBreaksTheDevice()
    {
        _driver.Write(Table, At(Buffer), 8);
        _driver.Describe(0, At(Table), 16, Indirect);
        _driver.Offer(0);

        var broken = Assert.Throws<DeviceBrokenException>(() => Queue(indirect: false).TryTake());
        Assert.Contains("an indirect table where none may be", broken.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Table, 0)]
    [InlineData(Table, 15)]
    [InlineData(Table, 17)]
    [InlineData(0x10000 - 16, 32)]
    [InlineData(-16, 16)]
    public void AnIndirectTableOfAnImpossibleLengthOrPlaceBreaksTheDevice(int offset, uint length)
    {
        _driver.Write(Table, At(Buffer), 8);
        _driver.Describe(0, At(offset), length, Indirect);

        AssertBroken("which can't be");
    }

    [Fact]
    public void AnIndirectTableMayHaveAsManyDescriptorsAsTheQueueAndNoMore()
    {
        for (var index = 0; index < Size + 1; index++)
        {
            _driver.Write(Table + (index * 16), At(Buffer), 8, index == Size - 1 ? (ushort)0 : Next, (ushort)(index + 1));
        }

        _driver.Describe(0, At(Table), (Size + 1) * 16, Indirect);
        Assert.Equal(Size, Take().Chain.Readable.Length);

        _driver.Write(Table + ((Size - 1) * 16), At(Buffer), 8, Next, Size);
        AssertBroken($"more than {Size} descriptors");
    }

    [Theory]
    [InlineData(0x8000UL, 0xffff_ffffu)]
    [InlineData(0x10000UL, 1u)]
    [InlineData(0xffff_ffff_ffe0_0000UL, 0x10u)]
    [InlineData(0xffff_ffff_ffef_fff0UL, 0x100u)]
    public void ABufferOutsideTheMemoryBreaksTheDeviceAlsoWhereTheSumWraps(ulong offset, uint length)
    {
        _driver.Describe(0, unchecked(GuestRam.GuestBase + offset), length);

        AssertBroken("outside its memory");
    }

    [Fact]
    public void ABufferMayReachTheLastByteOfTheMemoryAndNotOneBeyond()
    {
        _driver.Describe(0, At(_ram.Length - 8), 8);
        Assert.Equal(8u, Take().Chain.Readable[0].Length);

        _driver.Describe(0, At(_ram.Length - 8), 9);
        AssertBroken("outside its memory");
    }

    [Fact]
    public void ABufferAcrossTwoRegionsBreaksTheDevice()
    {
        using var file = TestMemoryFile.Create(0x20000);
        using var memory = new GuestMemory(
        [
            MemoryRegion.Map(new MemoryRegionLayout(0x1000, 0x10000, 0x1000, 0), file),
            MemoryRegion.Map(new MemoryRegionLayout(0x11000, 0x10000, 0x11000, 0x10000), file),
        ]);
        unsafe
        {
            Assert.True(memory.Find(0x10ff0, 16) != null);
            Assert.True(memory.Find(0x10ff0, 17) == null);
            Assert.True(memory.Find(0x11000, 16) != null);
            Assert.True(memory.FindForMonitor(0x10ff0, 32, 2) == null);
        }
    }

    [Theory]
    [InlineData(Size)]
    [InlineData(ushort.MaxValue)]
    public void AHeadOutsideTheTableBreaksTheDevice(ushort head) => AssertBroken($"descriptor {head} in a table of {Size}", head);

    [Fact]
    public void ANextDescriptorOutsideTheTableBreaksTheDevice()
    {
        _driver.Describe(0, At(Buffer), 8, Next, Size);

        AssertBroken($"descriptor {Size} in a table of {Size}");
    }

    [Theory]
    [InlineData(Size + 1)]
    [InlineData(ushort.MaxValue)]
    public void AnIndexThatJumpsFurtherThanTheQueueIsLongBreaksTheDevice(ushort index)
    {
        var queue = Queue();
        _driver.AvailableIndex = index;

        Assert.Contains("at once", Assert.Throws<DeviceBrokenException>(() => queue.TryTake()).Message, StringComparison.Ordinal);
        Assert.Throws<DeviceBrokenException>(() => queue.ListenToDriver());
    }

    [Fact]
    public void AnIndexThatGoesBackBreaksTheDevice()
    {
        _driver.Describe(0, At(Buffer), 8);
        _driver.Offer(0);
        var queue = Queue();
        Assert.True(queue.TryTake());
        _driver.AvailableIndex--;

        Assert.Throws<DeviceBrokenException>(() => queue.HasAvailable());
    }

    [Fact]
    public void ABufferToReadBehindOneToWriteBreaksTheDevice()
    {
        _driver.Describe(0, At(Buffer), 8, Next | Write, 1);
        _driver.Describe(1, At(Buffer), 8);

        AssertBroken("behind one to write");
    }

    [Fact]
    public void BuffersWithoutBytesAreSkipped()
    {
        _ram.Bytes[Buffer] = 7;
        _driver.Describe(0, At(Buffer), 0, Next, 1);
        _driver.Describe(1, At(_ram.Length), 0, Next, 2);
        _driver.Describe(2, At(Buffer), 1, Next, 3);
        _driver.Describe(3, At(Buffer), 0, Next | Write, 4);
        _driver.Describe(4, At(Buffer + 1), 2, Write);

        var queue = Take();
        var reader = new ChainReader(queue.Chain.Readable);
        Assert.Equal(1, reader.Remaining);
        Assert.Equal([7], reader.Next(100).ToArray());
        Assert.True(reader.Next(100).IsEmpty);
        var writer = new ChainWriter(queue.Chain.Writable);
        writer.Write([1, 2]);
        Assert.Equal(2u, writer.Written);
        Assert.Equal([7, 1, 2], _ram.Bytes.Slice(Buffer, 3).ToArray());
    }

    [Fact]
    public void NothingIsWrittenBeyondTheBuffersThatWereGiven()
    {
        _driver.Describe(0, At(Buffer), 4, Write);
        var queue = Take();

        Assert.Throws<ArgumentOutOfRangeException>(() => new ChainWriter(queue.Chain.Writable).Write(new byte[5]));
        Assert.Equal(new byte[8], _ram.Bytes.Slice(Buffer, 8).ToArray());
    }

    [Fact]
    public void AChainThatNamesTheWholeMemoryInEveryDescriptorIsCountedInFull()
    {
        for (ushort index = 0; index < Size; index++)
        {
            _driver.Describe(index, GuestRam.GuestBase, (uint)_ram.Length, index == Size - 1 ? (ushort)0 : Next, (ushort)(index + 1));
        }

        Assert.Equal((long)Size * _ram.Length, new ChainReader(Take().Chain.Readable).Remaining);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void IndicesWrapAndEveryChainComesBackOnce(bool eventIndex)
    {
        _driver.Describe(3, At(Buffer), 8);
        var queue = Queue(eventIndex);
        for (var count = 0u; count < 70_000; count++)
        {
            _driver.Offer(3);
            Assert.True(queue.TryTake());
            queue.Return(queue.Chain.Head, count);
            queue.Publish();
            Assert.Equal((3u, count), _driver.Reclaim());
            Assert.False(queue.TryTake());
        }
    }

    [Fact]
    public void AStoppedQueueGoesOnWhereItWas()
    {
        _driver.Describe(0, At(Buffer), 8);
        _driver.Describe(1, At(Buffer), 8);
        _driver.Offer(0);
        _driver.Offer(1);
        var before = Queue();
        Assert.True(before.TryTake());
        before.Return(before.Chain.Head, 5);
        before.Publish();

        var after = new SplitQueue(_memory, _driver.Layout, before.NextAvailable, eventIndex: true, indirect: true);
        Assert.True(after.TryTake());
        Assert.Equal(1, after.Chain.Head);
        after.Return(after.Chain.Head, 6);
        after.Publish();
        Assert.Equal((0u, 5u), _driver.Reclaim());
        Assert.Equal((1u, 6u), _driver.Reclaim());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(2048)]
    [InlineData(uint.MaxValue)]
    public void AQueueOfAnImpossibleSizeBreaksTheDevice(uint size) =>
        Assert.Throws<DeviceBrokenException>(() => Queue(_driver.Layout with { Size = size }));

    [Fact]
    public void RingsOutsideTheMemoryOrMisalignedBreakTheDevice()
    {
        var sound = _driver.Layout;
        var end = GuestRam.MonitorBase + (ulong)_ram.Length;
        Assert.NotNull(Queue(sound with { UsedAddress = end - (6 + (Size * 8)) - 2 }));
        SplitQueueLayout[] unsound =
        [
            sound with { DescriptorAddress = sound.DescriptorAddress + 8 },
            sound with { AvailableAddress = sound.AvailableAddress + 1 },
            sound with { UsedAddress = sound.UsedAddress + 2 },
            sound with { DescriptorAddress = end - (Size * 16) + 16 },
            sound with { AvailableAddress = end - 4 },
            sound with { UsedAddress = end - (6 + (Size * 8)) + 2 },
            sound with { UsedAddress = GuestRam.MonitorBase - 4 },
            sound with { DescriptorAddress = ulong.MaxValue - 15 },
            sound with { DescriptorAddress = GuestRam.GuestBase },
        ];
        Assert.All(unsound, layout => Assert.Throws<DeviceBrokenException>(() => Queue(layout)));
    }

    private static ulong At(int offset) => GuestRam.GuestBase + (ulong)offset;

    private SplitQueue Queue(bool eventIndex = false, bool indirect = true) => new(_memory, _driver.Layout, 0, eventIndex, indirect);

    private SplitQueue Queue(SplitQueueLayout layout) => new(_memory, layout, 0, eventIndex: false, indirect: true);

    private SplitQueue Take(ushort head = 0)
    {
        var queue = new SplitQueue(_memory, _driver.Layout, _driver.AvailableIndex, eventIndex: false, indirect: true);
        _driver.Offer(head);
        Assert.True(queue.TryTake());
        return queue;
    }

    private void AssertBroken(string reason, ushort head = 0)
    {
        var queue = new SplitQueue(_memory, _driver.Layout, _driver.AvailableIndex, eventIndex: false, indirect: true);
        _driver.Offer(head);
        Assert.Contains(reason, Assert.Throws<DeviceBrokenException>(() => queue.TryTake()).Message, StringComparison.Ordinal);
    }
}
