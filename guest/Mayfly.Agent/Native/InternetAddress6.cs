using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary><c>struct sockaddr_in6</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct InternetAddress6
{
    private const int AddressBytes = 16;

    public ushort Family;
    public ushort Port;
    public uint FlowInfo;
    public fixed byte Address[AddressBytes];
    public uint ScopeId;

    /// <summary>A port of the machine's own loopback, ::1.</summary>
    public static InternetAddress6 Loopback(int port)
    {
        var address = new InternetAddress6 { Family = Linux.AF_INET6, Port = InternetAddress.NetworkOrder(port) };
        address.Address[AddressBytes - 1] = 1;
        return address;
    }
}
