using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary>A system call failed.</summary>
internal sealed class NativeException(string what, int errno) : Exception($"{what}: {Describe(errno)}")
{
    public int Errno { get; } = errno;

    /// <summary>The exception for the call that failed last on this thread.</summary>
    public static NativeException Last(string what) => new(what, Marshal.GetLastPInvokeError());

    public static string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);
}
