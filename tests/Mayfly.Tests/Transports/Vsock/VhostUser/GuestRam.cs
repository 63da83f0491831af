using Mayfly.Native;
using Mayfly.Transports.Vsock.VhostUser.Memory;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

/// <summary>A guest's memory, which both the test, as the guest, and the device have mapped.</summary>
internal sealed unsafe class GuestRam : IDisposable
{
    public const ulong GuestBase = 0x10_0000;
    public const ulong MonitorBase = 0x7f00_0000_0000;

    private readonly SharedMapping _mapping;

    public GuestRam(int length)
    {
        Length = length;
        File = TestMemoryFile.Create(length);
        _mapping = SharedMapping.Create(File, 0, length);
    }

    public int Length { get; }

    public SafeFileHandle File { get; }

    public MemoryRegionLayout Layout => new(GuestBase, (ulong)Length, MonitorBase, 0);

    public Span<byte> Bytes => new((void*)_mapping.Address, Length);

    /// <summary>The device's view of it.</summary>
    public GuestMemory Map() => new([MemoryRegion.Map(Layout, File)]);

    public void Dispose()
    {
        _mapping.Dispose();
        File.Dispose();
    }
}
