using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary>
/// The only calls allowed between vfork and execve: they don't tell the garbage collector's bookkeeping that the
/// thread has left managed code, so they compile to a bare <c>call</c> in the caller's own frame.
/// </summary>
internal static unsafe partial class ChildCalls
{
    [LibraryImport("libc", EntryPoint = "vfork")]
    [SuppressGCTransition]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int Fork();

    [LibraryImport("libc", EntryPoint = "syscall")]
    [SuppressGCTransition]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d);

    [LibraryImport("libc", EntryPoint = "__errno_location")]
    [SuppressGCTransition]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int* ErrorNumber();
}
