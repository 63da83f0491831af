using System.Runtime.InteropServices;
using Mayfly.Native;

namespace Mayfly.Tests.Native;

/// <summary>Against the kernel's headers: linux/stat.h, linux/perf_event.h, linux/time_types.h, linux/vm_sockets.h.</summary>
public sealed class LayoutTests
{
    [Fact]
    public void StructuresAreTheKernels()
    {
        Assert.Equal(256, Marshal.SizeOf<FileStatus.StatxBuffer>());
        Assert.Equal(20, Offset<FileStatus.StatxBuffer>(nameof(FileStatus.StatxBuffer.OwnerId)));
        Assert.Equal(28, Offset<FileStatus.StatxBuffer>(nameof(FileStatus.StatxBuffer.Mode)));

        Assert.Equal(64, Marshal.SizeOf<PerfEvents.Attributes>());
        Assert.Equal(40, Offset<PerfEvents.Attributes>(nameof(PerfEvents.Attributes.Flags)));
        Assert.Equal(40, Offset<PerfEvents.SharedPage>(nameof(PerfEvents.SharedPage.Capabilities)));
        Assert.Equal(50, Offset<PerfEvents.SharedPage>(nameof(PerfEvents.SharedPage.TimeShift)));
        Assert.Equal(52, Offset<PerfEvents.SharedPage>(nameof(PerfEvents.SharedPage.TimeMultiplier)));

        Assert.Equal(16, Marshal.SizeOf<TimeStampCounter.TimeSpec>());

        Assert.Equal(16, Marshal.SizeOf<VsockAddress>());
        Assert.Equal(0, Offset<VsockAddress>(nameof(VsockAddress.Family)));
        Assert.Equal(4, Offset<VsockAddress>(nameof(VsockAddress.Port)));
        Assert.Equal(8, Offset<VsockAddress>(nameof(VsockAddress.ContextId)));
        Assert.Equal(12, Offset<VsockAddress>(nameof(VsockAddress.Flags)));
    }

    private static int Offset<T>(string field) => (int)Marshal.OffsetOf<T>(field);
}
