using System.Buffers.Binary;
using Mayfly.Native;
using Mayfly.Transports.Vsock.VhostUser.Memory;
using Mayfly.Transports.Vsock.VhostUser.Queues;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Tests.Transports.Vsock.VhostUser.Fuzzing;

/// <summary>
/// A guest's memory in two regions, neither of which ends with a page, in a file that has more than both. The guest offers
/// only <see cref="IsForDevice"/> for writing, so that a write anywhere else can be told.
/// </summary>
internal sealed unsafe class FuzzedMemory : IDisposable
{
    public const int QueueSize = 32;
    public const int FileBytes = 0x34000;
    public const ulong LowBase = 0x10_0000;
    public const int LowBytes = 0x18000 - 100;
    public const ulong HighBase = 0x40_0000;
    public const int HighOffset = 0x20000;
    public const int HighBytes = 0x10000 - 52;
    public const ulong MonitorBase = 0x7f00_0000_0000;

    public const int ReceiveStart = 0;
    public const int TransmitStart = 0x1000;
    public const int AvailableOffset = 0x400;
    public const int UsedOffset = 0x800;
    public const int TablesStart = 0x2000;
    public const int PacketsStart = 0x4000;
    public const int WritableStart = 0xC000;

    private readonly SafeFileHandle _file = TestMemoryFile.Create(FileBytes);
    private readonly SharedMapping _mapping;
    private readonly byte[] _before = new byte[FileBytes];

    public FuzzedMemory()
    {
        _mapping = SharedMapping.Create(_file, 0, FileBytes);
        Bytes.Fill(0xA5);
        Bytes[..PacketsStart].Clear();
    }

    // SAFETY: the mapping is that long and lives as long as this object.
    public Span<byte> Bytes => new((void*)_mapping.Address, FileBytes);

    public static SplitQueueLayout LayoutOf(int start) => new(
        QueueSize, MonitorBase + (ulong)start, MonitorBase + (ulong)(start + AvailableOffset), MonitorBase + (ulong)(start + UsedOffset));

    /// <summary>The device's view of it.</summary>
    public GuestMemory Map() => new(
    [
        MemoryRegion.Map(new MemoryRegionLayout(LowBase, LowBytes, MonitorBase, 0), _file),
        MemoryRegion.Map(new MemoryRegionLayout(HighBase, HighBytes, MonitorBase + 0x1000_0000, HighOffset), _file),
    ]);

    public ushort UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes[offset..]);

    public void UInt16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Bytes[offset..], value);

    public void Describe(int offset, in QueueDescriptor descriptor)
    {
        var bytes = Bytes[offset..];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, descriptor.Address);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], descriptor.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[12..], descriptor.Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[14..], descriptor.Next);
    }

    /// <summary>Whether the device may write all of it, or none because it is not in the memory.</summary>
    public static bool IsForDevice(ulong address, ulong length)
    {
        var inLow = address >= LowBase && address - LowBase <= LowBytes && length <= LowBytes - (address - LowBase);
        return !inLow || address - LowBase >= WritableStart || length == 0;
    }

    public void Remember() => Bytes.CopyTo(_before);

    /// <summary>Checks that the device has written only where it may since <see cref="Remember"/>.</summary>
    public void CheckUntouched()
    {
        Check(0, ReceiveStart + UsedOffset);
        Check(ReceiveStart + UsedOffset + 6 + (QueueSize * 8), TransmitStart + UsedOffset);
        Check(TransmitStart + UsedOffset + 6 + (QueueSize * 8), WritableStart);
        Check(LowBytes, HighOffset);
        Check(HighOffset + HighBytes, FileBytes);
    }

    public void Dispose()
    {
        _mapping.Dispose();
        _file.Dispose();
    }

    private void Check(int from, int to) => FuzzFailureException.ThrowUnless(
        Bytes[from..to].SequenceEqual(_before.AsSpan(from..to)), $"the device leaves 0x{from:x} to 0x{to:x} of the guest's memory alone");
}
