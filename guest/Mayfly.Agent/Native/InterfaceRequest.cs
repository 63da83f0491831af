using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary><c>struct ifreq</c> with its flags member.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct InterfaceRequest
{
    [FieldOffset(0)]
    public fixed byte Name[16];

    [FieldOffset(16)]
    public short Flags;
}
