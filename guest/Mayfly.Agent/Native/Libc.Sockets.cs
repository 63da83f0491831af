using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

// Addresses are of whatever family the socket is.
internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    internal static partial Descriptor Socket(int family, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    internal static partial int Listen(Descriptor socket, int backlog);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(Descriptor socket, void* address, uint length);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(Descriptor socket, void* address, uint length);

    [LibraryImport(Library, EntryPoint = "accept4", SetLastError = true)]
    internal static partial Descriptor Accept(Descriptor listener, void* peer, uint* length, int flags);

    [LibraryImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int LocalAddress(Descriptor socket, void* address, uint* length);

    [LibraryImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSocketOption(Descriptor socket, int level, int option, void* value, uint* length);

    [LibraryImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(Descriptor socket, int how);

    [LibraryImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketOption(Descriptor socket, int level, int option, void* value, uint length);

    // Takes a bare number: standard output stays its process's own.
    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    internal static partial nint SendMessage(int socket, MessageHeader* message, int flags);

    [LibraryImport(Library, EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(Descriptor socket, byte* buffer, nuint count, int flags);
}
