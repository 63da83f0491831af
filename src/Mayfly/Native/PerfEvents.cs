using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Native;

/// <summary>perf_event_open, for the page it shares with user space. x64.</summary>
internal static partial class PerfEvents
{
    private const long SystemCallNumber = 298;
    private const uint TypeSoftware = 1;
    private const ulong ConfigDummy = 9;
    private const ulong FlagDisabled = 1 << 0;
    private const ulong FlagExcludeKernel = 1 << 5;
    private const ulong FlagExcludeHypervisor = 1 << 6;
    private const ulong CloseOnExec = 1 << 3;
    private const ulong CapabilityUserTime = 1 << 3;

    /// <summary>
    /// How the kernel turns the time stamp counter into nanoseconds: <c>(counter * Multiplier) >> Shift</c>. Null where it
    /// does not do so or does not tell.
    /// </summary>
    public static (uint Multiplier, ushort Shift)? TryReadTimeScale()
    {
        var attributes = new Attributes
        {
            Type = TypeSoftware,
            Size = (uint)Marshal.SizeOf<Attributes>(),
            Config = ConfigDummy,
            Flags = FlagDisabled | FlagExcludeKernel | FlagExcludeHypervisor,
        };
        var descriptor = Open(SystemCallNumber, ref attributes, 0, -1, -1, CloseOnExec);
        if (descriptor < 0)
        {
            return null;
        }

        using var file = new SafeFileHandle((nint)descriptor, ownsHandle: true);
        using var page = MemoryPage.TryMap(file);
        if (page is null)
        {
            return null;
        }

        // SAFETY: the mapping is one page, larger than the structure, and lives until the end of the method. The scale
        // does not change once the kernel offers it.
        unsafe
        {
            var shared = (SharedPage*)page.DangerousGetHandle();
            return (shared->Capabilities & CapabilityUserTime) != 0 ? (shared->TimeMultiplier, shared->TimeShift) : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Open(long number, ref Attributes attributes, nint process, nint processor, nint group, ulong flags);

    /// <summary>struct perf_event_attr, version 0.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    internal struct Attributes
    {
        [FieldOffset(0)]
        public uint Type;

        [FieldOffset(4)]
        public uint Size;

        [FieldOffset(8)]
        public ulong Config;

        [FieldOffset(40)]
        public ulong Flags;
    }

    /// <summary>struct perf_event_mmap_page; only what is read is named.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    internal struct SharedPage
    {
        [FieldOffset(40)]
        public ulong Capabilities;

        [FieldOffset(50)]
        public ushort TimeShift;

        [FieldOffset(52)]
        public uint TimeMultiplier;
    }
}
