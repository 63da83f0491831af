using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary><c>struct dm_ioctl</c>, which every call to the device mapper begins with.</summary>
[StructLayout(LayoutKind.Explicit, Size = 312)]
internal unsafe struct DeviceMapperRequest
{
    public const int NameBytes = 128;
    public const int UuidBytes = 129;

    /// <summary>The version of the interface: major, minor, patch level.</summary>
    [FieldOffset(0)]
    public fixed uint Version[3];

    /// <summary>Of all that is passed, this structure included.</summary>
    [FieldOffset(12)]
    public uint DataSize;

    /// <summary>Where the data begins behind this structure.</summary>
    [FieldOffset(16)]
    public uint DataStart;

    [FieldOffset(20)]
    public uint TargetCount;

    [FieldOffset(28)]
    public uint Flags;

    /// <summary>For udev where a device is resumed: what it is to do, in the upper half.</summary>
    [FieldOffset(32)]
    public uint EventNumber;

    /// <summary>Minor number: the lowest 8 and the highest 12 bits of the lower half; major number: the 12 between.</summary>
    [FieldOffset(40)]
    public ulong Device;

    [FieldOffset(48)]
    public fixed byte Name[NameBytes];

    [FieldOffset(176)]
    public fixed byte Uuid[UuidBytes];
}
