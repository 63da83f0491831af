using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary><c>struct sockaddr_vm</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VsockAddress
{
    public ushort Family;
    public ushort Reserved;
    public uint Port;
    public uint ContextId;
    public uint FlagsAndPadding;
}
