using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary>The fields of <c>struct loop_info64</c> the agent uses.</summary>
[StructLayout(LayoutKind.Explicit, Size = 232)]
internal unsafe struct LoopInfo
{
    public const int NameBytes = 64;

    /// <summary>The backing file's.</summary>
    [FieldOffset(8)]
    public long Inode;

    [FieldOffset(52)]
    public uint Flags;

    /// <summary>Whatever its maker says; the kernel only keeps it.</summary>
    [FieldOffset(56)]
    public fixed byte Name[NameBytes];
}
