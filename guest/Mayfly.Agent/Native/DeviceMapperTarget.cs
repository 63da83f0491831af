using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary><c>struct dm_target_spec</c>: one line of a mapped device's table; its parameters follow as text.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct DeviceMapperTarget
{
    public const int TypeBytes = 16;

    [FieldOffset(0)]
    public ulong StartSector;

    [FieldOffset(8)]
    public ulong Sectors;

    /// <summary>From the beginning of this structure to the next one's.</summary>
    [FieldOffset(20)]
    public uint Next;

    [FieldOffset(24)]
    public fixed byte Type[TypeBytes];
}
