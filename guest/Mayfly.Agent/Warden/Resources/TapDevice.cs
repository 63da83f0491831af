using System.Globalization;
using System.Runtime.InteropServices;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>TAP devices in this process's network namespace.</summary>
internal static unsafe class TapDevice
{
    private const string Factory = "/dev/net/tun";

    /// <summary>
    /// Makes a device for a virtual machine's card and brings it up. It is not persistent: the kernel removes it when the
    /// last copy of the descriptor is closed, and so does this when it fails half-way.
    /// </summary>
    /// <param name="name">1 to 15 letters, digits, dots, hyphens and underscores; no interface may have it.</param>
    /// <param name="bridge">The bridge it becomes a port of; null for none.</param>
    /// <param name="hostAddressCidr">The host's IPv4 address on it, such as <c>198.18.0.1/30</c>; null for none.</param>
    /// <returns>The device opened (close-on-exec), with a virtio header before each frame and no other.</returns>
    /// <exception cref="NativeException">
    /// EBUSY: the name is taken; ENODEV: there is no such bridge; EOPNOTSUPP: it is no bridge; EPERM: CAP_NET_ADMIN is missing;
    /// ENOENT or EACCES: there is no <c>/dev/net/tun</c> for this process; EINVAL, ENAMETOOLONG: an argument makes no sense.
    /// </exception>
    public static Descriptor Create(string name, string? bridge, string? hostAddressCidr)
    {
        RequireName(name);
        if (bridge is not null)
        {
            RequireName(bridge);
        }

        var device = Open(name);
        try
        {
            SilenceInternetProtocol6(name);
            using var link = new NetworkInterface(name);
            if (bridge is not null)
            {
                JoinBridge(link, name, bridge);
            }

            if (hostAddressCidr is not null)
            {
                var (address, prefixLength) = Parse(hostAddressCidr);
                link.SetAddress(address, prefixLength);
            }

            link.Raise();
            return device;
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>Removes the device of that name, persistent or in use, where there is one. Anything else of that name stays.</summary>
    /// <exception cref="NativeException">EINVAL: what has the name is no TAP device; EPERM: CAP_NET_ADMIN is missing.</exception>
    public static void Remove(string name)
    {
        RequireName(name);
        using var link = new NetworkInterface(name);
        if (link.Index is not { } index)
        {
            return;
        }

        if (!IsTap(name))
        {
            // It may have gone by itself between the two looks.
            if (link.Exists)
            {
                throw new NativeException($"removing the network interface {name}, which is no TAP device", Errno.EINVAL);
            }

            return;
        }

        if (RouteSocket.DeleteLink(index) is var errno and not (0 or Errno.ENODEV))
        {
            throw new NativeException($"removing the TAP device {name}", errno);
        }
    }

    private static Descriptor Open(string name)
    {
        var device = Libc.Open(Factory, Linux.O_RDWR | Linux.O_CLOEXEC, 0);
        if (device.IsInvalid)
        {
            throw NativeException.Last($"opening {Factory} for the TAP device {name}");
        }

        // Exclusively, for otherwise a persistent device of somebody else's is taken over.
        var request = InterfaceRequest.For(name);
        request.Flags = unchecked((short)(Linux.IFF_TAP | Linux.IFF_NO_PI | Linux.IFF_VNET_HDR | Linux.IFF_TUN_EXCL));

        // SAFETY: the kernel reads and writes the local structure, whose size is its own.
        if (Libc.DeviceControl(device, Linux.TUNSETIFF, &request) != 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            device.Dispose();
            throw new NativeException($"making the TAP device {name}", errno);
        }

        return device;
    }

    /// <summary>
    /// A guest could otherwise announce itself as a router, and the host would send its own traffic there. Where the host
    /// has no IPv6 there is nothing to silence.
    /// </summary>
    private static void SilenceInternetProtocol6(string name)
    {
        if (Files.WriteText($"/proc/sys/net/ipv6/conf/{name}/disable_ipv6", "1") is var errno and not (0 or Errno.ENOENT))
        {
            throw new NativeException($"switching IPv6 off on the TAP device {name}", errno);
        }
    }

    private static void JoinBridge(NetworkInterface link, string name, string bridge)
    {
        // A bridge without an address of its own takes the lowest of its ports', and must not change it for a guest.
        link.RaiseHardwareAddress();
        using var owner = new NetworkInterface(bridge);
        owner.AddPort(link.Index ?? throw new NativeException($"the TAP device {name}", Errno.ENODEV));
    }

    private static bool IsTap(string name)
    {
        var flags = Files.TryReadText($"/sys/class/net/{name}/tun_flags", 32)?.Trim();
        return flags is ['0', 'x', ..]
            && uint.TryParse(flags.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            && (value & Linux.IFF_TAP) != 0;
    }

    private static (InternetAddress Address, int PrefixLength) Parse(string cidr)
    {
        var slash = cidr.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && InternetAddress.TryParse(cidr[..slash], out var address)
            && int.TryParse(cidr.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var prefixLength)
            && prefixLength is >= 1 and <= 32
                ? (address, prefixLength)
                : throw new NativeException($"the address '{cidr}'", Errno.EINVAL);
    }

    /// <summary>Names are parts of paths here, and the kernel takes <c>%d</c> for a pattern.</summary>
    private static void RequireName(string name)
    {
        if (name.Length > InterfaceRequest.MaxNameBytes)
        {
            throw new NativeException($"the network interface '{name}'", Errno.ENAMETOOLONG);
        }

        if (name is "" or "." or ".." || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
        {
            throw new NativeException($"the network interface '{name}'", Errno.EINVAL);
        }
    }
}
