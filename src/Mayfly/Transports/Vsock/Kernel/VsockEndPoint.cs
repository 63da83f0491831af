using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mayfly.Native;

namespace Mayfly.Transports.Vsock.Kernel;

/// <summary>
/// A context id and a port, in the form in which .NET's <see cref="Socket"/> binds, connects and accepts in a family that
/// it does not know: all it needs is the bytes of the address.
/// </summary>
internal sealed class VsockEndPoint(ushort family, uint contextId, uint port) : EndPoint
{
    private static readonly int Size = Marshal.SizeOf<VsockAddress>();

    /// <summary>What a wrapped descriptor of the family has; .NET compares the two.</summary>
    public override AddressFamily AddressFamily => AddressFamily.Unknown;

    public uint ContextId => contextId;

    public uint Port => port;

    public override SocketAddress Serialize()
    {
        // The constructor insists on a family that .NET knows and writes nothing else, so the family is overwritten.
        var address = new SocketAddress(AddressFamily.Unix, Size);
        MemoryMarshal.Write(address.Buffer.Span, new VsockAddress(family, contextId, port));
        return address;
    }

    /// <summary>Reads an address of the kernel's. One of another shape is nobody's: it has the context id that no peer has.</summary>
    public override EndPoint Create(SocketAddress socketAddress)
    {
        var address = socketAddress.Size >= Size ? MemoryMarshal.Read<VsockAddress>(socketAddress.Buffer.Span) : default;
        return address.Family == family
            ? new VsockEndPoint(family, address.ContextId, address.Port)
            : new VsockEndPoint(family, VsockAddress.AnyContextId, 0);
    }

    public override string ToString() => $"vsock {contextId}:{port}";
}
