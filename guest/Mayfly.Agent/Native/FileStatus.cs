using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary>The fields of <c>struct statx</c> the agent reads.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    [FieldOffset(20)]
    public uint Owner;

    [FieldOffset(24)]
    public uint Group;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public long Inode;

    [FieldOffset(40)]
    public long Size;

    [FieldOffset(112)]
    public long ModifiedSeconds;

    [FieldOffset(120)]
    public uint ModifiedNanoseconds;

    public readonly int Type => Mode & Linux.S_IFMT;

    public readonly bool IsDirectory => Type == Linux.S_IFDIR;
}
