using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary>One network interface, by its name: what netdevice(7) lets be set.</summary>
internal sealed unsafe class NetworkInterface : IDisposable
{
    private readonly string _name;
    private readonly InterfaceRequest _blank;
    private readonly Descriptor _socket;

    /// <exception cref="NativeException">No interface can have that name, or there are no IPv4 sockets.</exception>
    public NetworkInterface(string name)
    {
        _name = name;
        _blank = InterfaceRequest.For(name);
        _socket = Libc.Socket(Linux.AF_INET, Linux.SOCK_DGRAM | Linux.SOCK_CLOEXEC, 0);
        if (_socket.IsInvalid)
        {
            throw NativeException.Last("opening a socket to set up network interfaces");
        }
    }

    /// <summary>Whether it is there.</summary>
    public bool Exists => Index is not null;

    /// <summary>Its number; null where it is not there.</summary>
    /// <exception cref="NativeException">The kernel does not say.</exception>
    public int? Index
    {
        get
        {
            var request = _blank;

            // SAFETY: the kernel reads and writes the local structure, whose size is its own; so below.
            return Libc.DeviceControl(_socket, Linux.SIOCGIFINDEX, &request) == 0
                ? request.Number
                : Marshal.GetLastPInvokeError() == Errno.ENODEV ? null : throw NativeException.Last($"looking for the network interface {_name}");
        }
    }

    /// <summary>Gives it its one IPv4 address.</summary>
    public void SetAddress(InternetAddress address, int prefixLength)
    {
        var request = _blank;
        request.Address = address;
        Set(Linux.SIOCSIFADDR, request, "giving an address to");
        request.Address = InternetAddress.Mask(prefixLength);
        Set(Linux.SIOCSIFNETMASK, request, "giving a netmask to");
    }

    public void SetMtu(int bytes)
    {
        var request = _blank;
        request.Number = bytes;
        Set(Linux.SIOCSIFMTU, request, $"setting an MTU of {bytes} on");
    }

    public void Raise()
    {
        var request = _blank;

        // SAFETY: as above.
        if (Libc.DeviceControl(_socket, Linux.SIOCGIFFLAGS, &request) != 0)
        {
            throw Failure("finding");
        }

        request.Flags |= Linux.IFF_UP;
        Set(Linux.SIOCSIFFLAGS, request, "bringing up");
    }

    /// <summary>Sends what has no better way to <paramref name="gateway"/>, a neighbour on this interface.</summary>
    public void AddDefaultRoute(InternetAddress gateway)
    {
        var any = InternetAddress.Mask(0);
        var route = new RouteEntry { Destination = any, Gateway = gateway, Mask = any, Flags = Linux.RTF_UP | Linux.RTF_GATEWAY };

        // SAFETY: the kernel reads the local structure, whose size is its own.
        if (Libc.DeviceControl(_socket, Linux.SIOCADDRT, &route) != 0)
        {
            throw Failure("setting the default route through");
        }
    }

    /// <summary>Makes its hardware address higher than any that a maker gives, and one of local administration.</summary>
    public void RaiseHardwareAddress()
    {
        var request = _blank;

        // SAFETY: as above.
        if (Libc.DeviceControl(_socket, Linux.SIOCGIFHWADDR, &request) != 0)
        {
            throw Failure("asking for the hardware address of");
        }

        request.HardwareAddress[0] = 0xFE;
        Set(Linux.SIOCSIFHWADDR, request, "setting the hardware address of");
    }

    /// <summary>Makes the interface of that index a port of this one, a bridge.</summary>
    public void AddPort(int index)
    {
        var request = _blank;
        request.Number = index;
        Set(Linux.SIOCBRADDIF, request, "adding a port to");
    }

    public void Dispose() => _socket.Dispose();

    private void Set(nint command, InterfaceRequest request, string doing)
    {
        // SAFETY: as above; the request is a copy.
        if (Libc.DeviceControl(_socket, command, &request) != 0)
        {
            throw Failure(doing);
        }
    }

    private NativeException Failure(string doing) => NativeException.Last($"{doing} the network interface {_name}");
}
