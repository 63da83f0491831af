using System.Runtime.InteropServices;
using Mayfly.Native;

namespace Mayfly.Transports.Vsock.VhostUser.Memory;

/// <summary>What is asked of a file before its pages are touched.</summary>
internal static partial class MemoryFile
{
    /// <summary>TMPFS_MAGIC. A hugetlb file could be sealed as well and yet have no page to give.</summary>
    private const long SharedMemoryFileSystem = 0x01021994;

    /// <summary>Whether it is a memfd of ordinary pages whose length is sealed against shrinking.</summary>
    public static bool CannotShrink(SafeHandle file) =>
        (DescriptorCalls.Seals(file) & DescriptorCalls.SealShrink) != 0
        && FileSystemStatus(file, out var status) == 0
        && status.Type == SharedMemoryFileSystem;

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int FileSystemStatus(SafeHandle file, out Status status);

    /// <summary>struct statfs of 64-bit Linux; only what is read is named.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    internal struct Status
    {
        [FieldOffset(0)]
        public long Type;
    }
}
