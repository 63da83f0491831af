using System.Runtime.InteropServices;

namespace Mayfly.Native;

/// <summary><c>struct open_how</c> of openat2(2): 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct OpenHow(ulong flags, ulong resolve)
{
    /// <summary>RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS and RESOLVE_BENEATH.</summary>
    public const ulong BeneathWithoutLinks = 0x02 | 0x04 | 0x08;

    public readonly ulong Flags = flags;
    public readonly ulong Mode;
    public readonly ulong Resolve = resolve;
}
