using System.Runtime.InteropServices;

namespace Mayfly.Native;

/// <summary><c>struct statx</c>: 256 bytes, the same on every processor. Only what Mayfly reads is named.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal readonly struct NodeStatus
{
    /// <summary>STATX_BASIC_STATS.</summary>
    public const uint BasicMask = 0x7ff;

    private const int TypeMask = 0xf000;

    [FieldOffset(0x1c)]
    public readonly ushort Mode;

    [FieldOffset(0x28)]
    public readonly ulong Size;

    [FieldOffset(0x70)]
    public readonly long ModifiedSeconds;

    [FieldOffset(0x78)]
    public readonly uint ModifiedNanoseconds;

    public bool IsFile => (Mode & TypeMask) == 0x8000;

    public bool IsDirectory => (Mode & TypeMask) == 0x4000;

    public bool IsLink => (Mode & TypeMask) == 0xa000;
}
