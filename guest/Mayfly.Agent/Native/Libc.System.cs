using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Mount(string source, string target, string type, nuint flags, string? data);

    [LibraryImport(Library, EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unmount(string target, int flags);

    [LibraryImport(Library, EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int flags);

    [LibraryImport(Library, EntryPoint = "sethostname", SetLastError = true)]
    internal static partial int SetHostName(byte* name, nuint length);

    [LibraryImport(Library, EntryPoint = "uname", SetLastError = true)]
    internal static partial int SystemName(SystemName* name);

    [LibraryImport(Library, EntryPoint = "clock_gettime", SetLastError = true)]
    internal static partial int GetClock(int clock, TimeSpec* time);

    [LibraryImport(Library, EntryPoint = "clock_settime", SetLastError = true)]
    internal static partial int SetClock(int clock, TimeSpec* time);

    [LibraryImport(Library, EntryPoint = "reboot", SetLastError = true)]
    internal static partial int Reboot(int command);
}
