using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary>The fields of <c>siginfo_t</c> that <c>waitid</c> fills in.</summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct ChildInfo
{
    [FieldOffset(8)]
    public int Code;

    [FieldOffset(16)]
    public int ProcessId;

    [FieldOffset(24)]
    public int Status;
}
