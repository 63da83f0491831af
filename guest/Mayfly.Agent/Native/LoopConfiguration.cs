using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary><c>struct loop_config</c>: the backing file and all that is to be set, in one call. Linux 5.8 or newer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 304)]
internal struct LoopConfiguration
{
    [FieldOffset(0)]
    public int BackingFile;

    [FieldOffset(4)]
    public uint BlockSize;

    [FieldOffset(8)]
    public LoopInfo Info;
}
