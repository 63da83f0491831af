using System.Runtime.InteropServices;
using System.Text;

namespace Mayfly.Agent.Native;

/// <summary><c>struct ifreq</c> with the members of its union that are used.</summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct InterfaceRequest
{
    /// <summary>IFNAMSIZ without the closing NUL.</summary>
    public const int MaxNameBytes = 15;

    [FieldOffset(0)]
    public fixed byte Name[MaxNameBytes + 1];

    [FieldOffset(16)]
    public short Flags;

    /// <summary>The index or the MTU.</summary>
    [FieldOffset(16)]
    public int Number;

    [FieldOffset(16)]
    public InternetAddress Address;

    /// <summary>The address of an Ethernet card, behind its family.</summary>
    [FieldOffset(18)]
    public fixed byte HardwareAddress[6];

    /// <summary>A request about the interface of that name.</summary>
    /// <exception cref="NativeException">No interface can have it.</exception>
    public static InterfaceRequest For(string name)
    {
        var request = default(InterfaceRequest);

        // SAFETY: the span is the name's own bytes in the local structure, its closing NUL left out.
        if (name.Length == 0 || !Encoding.UTF8.TryGetBytes(name, new Span<byte>(request.Name, MaxNameBytes), out _))
        {
            throw new NativeException($"the network interface '{name}'", Errno.ENAMETOOLONG);
        }

        return request;
    }
}
