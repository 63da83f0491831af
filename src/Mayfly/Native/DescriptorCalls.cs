using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Native;

/// <summary>System calls on bare descriptors, for what comes from other processes and can't be taken on trust.</summary>
internal static unsafe partial class DescriptorCalls
{
    /// <summary>EINTR.</summary>
    public const int Interrupted = 4;

    /// <summary>EAGAIN, EWOULDBLOCK.</summary>
    public const int WouldBlock = 11;

    /// <summary>F_SEAL_SHRINK: the file can't become shorter.</summary>
    public const int SealShrink = 0x2;

    private const int SetStatusFlags = 4;
    private const int GetSeals = 1034;
    private const int NonBlocking = 0x800;
    private const short PollOut = 4;

    /// <summary>Makes reads and writes return instead of waiting.</summary>
    public static bool TryUnblock(SafeHandle descriptor) => Control(descriptor, SetStatusFlags, NonBlocking) == 0;

    /// <summary>The F_SEAL_* bits of a memory file; 0 for any other file.</summary>
    public static int Seals(SafeHandle descriptor) => Math.Max(0, Control(descriptor, GetSeals, 0));

    /// <summary>Whether a write would not have to wait.</summary>
    public static bool CanWrite(SafeHandle descriptor)
    {
        var added = false;
        try
        {
            descriptor.DangerousAddRef(ref added);
            var poll = new PollEntry { Descriptor = (int)descriptor.DangerousGetHandle(), Wanted = PollOut };

            // SAFETY: one structure, a local.
            return Poll(&poll, 1, 0) == 1 && (poll.Ready & PollOut) != 0;
        }
        finally
        {
            if (added)
            {
                descriptor.DangerousRelease();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollEntry* entries, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeHandle descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeHandle descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial SafeFileHandle CreateEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeHandle descriptor, int command, nint argument);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Ready;
    }
}
