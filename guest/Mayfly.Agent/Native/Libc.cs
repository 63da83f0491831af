using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary>The C library, by concern in the other parts. Results are the C ones; the error number is kept by the runtime.</summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    // Takes a bare number: a handle's own release is the only caller.
    [LibraryImport(Library, EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SystemCall(nint number, Descriptor a, nint b, nint c, nint d);

    [LibraryImport(Library, EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe(int* descriptors, int flags);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Control(Descriptor descriptor, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial Descriptor Duplicate(Descriptor descriptor, int command, nint lowest);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int DeviceControl(Descriptor descriptor, nint request, void* argument);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollFd* descriptors, nuint count, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial Descriptor EpollCreate(int flags);

    [LibraryImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(Descriptor epoll, int operation, Descriptor descriptor, EpollEvent* change);

    [LibraryImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(Descriptor epoll, EpollEvent* events, int capacity, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial Descriptor EventDescriptor(uint initial, int flags);
}
