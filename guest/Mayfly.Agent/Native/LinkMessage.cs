using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary><c>struct nlmsghdr</c> and <c>struct ifinfomsg</c> behind it: a netlink message about one network interface.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct LinkMessage
{
    [FieldOffset(0)]
    public uint Length;

    [FieldOffset(4)]
    public ushort Type;

    [FieldOffset(6)]
    public ushort Flags;

    [FieldOffset(8)]
    public uint Sequence;

    [FieldOffset(20)]
    public int Index;
}
