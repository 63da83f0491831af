using System.Runtime.InteropServices;

namespace Mayfly.Native;

/// <summary><c>struct sockaddr_vm</c> of linux/vm_sockets.h: 16 bytes in the host's byte order.</summary>
[StructLayout(LayoutKind.Sequential, Size = 16)]
internal readonly struct VsockAddress(ushort family, uint contextId, uint port)
{
    /// <summary>AF_VSOCK.</summary>
    public const ushort VsockFamily = 40;

    /// <summary>VMADDR_CID_ANY: any of the host's own addresses.</summary>
    public const uint AnyContextId = uint.MaxValue;

    /// <summary>VMADDR_PORT_ANY: a free port of the kernel's choice.</summary>
    public const uint AnyPort = uint.MaxValue;

    public readonly ushort Family = family;
    public readonly ushort Reserved;
    public readonly uint Port = port;
    public readonly uint ContextId = contextId;
    public readonly byte Flags;
}
