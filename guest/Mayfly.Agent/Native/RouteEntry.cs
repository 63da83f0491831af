using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary><c>struct rtentry</c>, as far as a plain route needs it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 120)]
internal struct RouteEntry
{
    [FieldOffset(8)]
    public InternetAddress Destination;

    [FieldOffset(24)]
    public InternetAddress Gateway;

    [FieldOffset(40)]
    public InternetAddress Mask;

    [FieldOffset(56)]
    public ushort Flags;
}
