using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "getpid")]
    internal static partial int ProcessId();

    [LibraryImport(Library, EntryPoint = "getppid")]
    internal static partial int ParentProcessId();

    [LibraryImport(Library, EntryPoint = "geteuid")]
    internal static partial uint EffectiveUserId();

    [LibraryImport(Library, EntryPoint = "getegid")]
    internal static partial uint EffectiveGroupId();

    [LibraryImport(Library, EntryPoint = "setsid", SetLastError = true)]
    internal static partial int NewSession();

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int process, int signal);

    [LibraryImport(Library, EntryPoint = "waitid", SetLastError = true)]
    internal static partial int Wait(int kind, int id, ChildInfo* info, int options);

    [LibraryImport(Library, EntryPoint = "pthread_sigmask")]
    internal static partial int SignalMask(int how, ulong* set, ulong* old);

    [LibraryImport(Library, EntryPoint = "signal", SetLastError = true)]
    internal static partial nint Signal(int signal, nint handler);

    /// <summary>Ends the process at once, without the runtime's own shutdown.</summary>
    [LibraryImport(Library, EntryPoint = "_exit")]
    internal static partial void Exit(int code);
}
