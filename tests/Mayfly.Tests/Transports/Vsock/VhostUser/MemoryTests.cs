using Mayfly.Transports.Vsock.VhostUser;
using Mayfly.Transports.Vsock.VhostUser.Memory;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

public sealed class MemoryTests
{
    [Fact]
    public void AMemoryFileThatCouldShrinkIsRefused()
    {
        using var file = TestMemoryFile.Create(4096, sealed_: false);
        AssertRefused(file, new(0, 4096, 0, 0), "could shrink");
    }

    [Fact]
    public void AFileThatIsNoMemoryFileIsRefused()
    {
        var path = Path.GetTempFileName();
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, options: FileOptions.DeleteOnClose);
        RandomAccess.SetLength(file, 4096);
        AssertRefused(file, new(0, 4096, 0, 0), "could shrink");
    }

    [HugePagesFact]
    public void AMemoryFileOfHugePagesIsRefusedBecauseItMayHaveNoPageToGive()
    {
        using var file = TestMemoryFile.Create(0, huge: true);
        AssertRefused(file, new(0, 2 * 1024 * 1024, 0, 0), "could shrink");
    }

    [Fact]
    public void ADeviceIsRefused()
    {
        using var file = File.OpenHandle("/dev/zero", FileMode.Open, FileAccess.ReadWrite);
        AssertRefused(file, new(0, 4096, 0, 0), "could shrink");
    }

    [Theory]
    [InlineData(4097, 0)]
    [InlineData(4096, 4096)]
    [InlineData(1, 8192)]
    public void AMemoryFileThatIsTooShortIsRefused(ulong size, ulong offset)
    {
        using var file = TestMemoryFile.Create(4096);
        AssertRefused(file, new(0, size, 0, offset), "has 4096 bytes");
    }

    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(0, ulong.MaxValue, 0, 0)]
    [InlineData(0, (1UL << 42) + 1, 0, 0)]
    [InlineData(ulong.MaxValue - 4095, 4097, 0, 0)]
    [InlineData(0, 4097, ulong.MaxValue - 4095, 0)]
    [InlineData(0, 4096, 0, 1)]
    [InlineData(0, 4096, 0, 4095)]
    [InlineData(0, 4096, 0, ulong.MaxValue - 4095)]
    public void ARegionThatCannotBeIsRefused(ulong guest, ulong size, ulong monitor, ulong offset) =>
        Assert.Throws<DeviceBrokenException>(() => new MemoryRegionLayout(guest, size, monitor, offset).Check());

    [Fact]
    public void RegionsOverlapFromTheFirstByteToTheLast()
    {
        var region = new MemoryRegionLayout(0x2000, 0x1000, 0, 0);
        Assert.True(region.Overlaps(region));
        Assert.True(region.Overlaps(region with { GuestAddress = 0x2fff }));
        Assert.True(region.Overlaps(region with { GuestAddress = 0x1001 }));
        Assert.False(region.Overlaps(region with { GuestAddress = 0x3000 }));
        Assert.False(region.Overlaps(region with { GuestAddress = 0x1000 }));
    }

    [Fact]
    public unsafe void OnlyBytesInsideOfRegionsAreFound()
    {
        using var file = TestMemoryFile.Create(0x4000);
        using var memory = new GuestMemory(
        [
            MemoryRegion.Map(new MemoryRegionLayout(0x1000, 0x1000, 0x7000, 0), file),
            MemoryRegion.Map(new MemoryRegionLayout(0x9000, 0xf00, 0xf000, 0x2000), file),
        ]);

        Assert.True(memory.Find(0x1000, 0x1000) != null);
        Assert.True(memory.Find(0x1000, 0x1001) == null);
        Assert.True(memory.Find(0xfff, 1) == null);
        Assert.True(memory.Find(0x9eff, 1) != null);
        Assert.True(memory.Find(0x9f00, 1) == null);
        Assert.True(memory.Find(0x1008, ulong.MaxValue) == null);
        Assert.True(memory.Find(0x1008, ulong.MaxValue - 7) == null);
        Assert.True(memory.Find(ulong.MaxValue, 1) == null);
        Assert.True(memory.Find(ulong.MaxValue, ulong.MaxValue) == null);
        Assert.True(memory.FindForMonitor(0x1000, 1, 1) == null);
        Assert.True(memory.FindForMonitor(0xf000, 0xf00, 4) != null);
        Assert.True(memory.FindForMonitor(0xf002, 1, 4) == null);
    }

    private static void AssertRefused(SafeFileHandle file, MemoryRegionLayout layout, string reason) =>
        Assert.Contains(reason, Assert.Throws<DeviceBrokenException>(() => MemoryRegion.Map(layout, file).Dispose()).Message, StringComparison.Ordinal);
}
