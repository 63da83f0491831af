using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Mayfly.Networks;

/// <summary>The IPv4 networks this host knows a way to, besides everything: its interfaces' and its main routing table's.</summary>
internal static class HostNetworks
{
    private const string RoutingTable = "/proc/net/route";
    private const int DestinationColumn = 1;
    private const int MaskColumn = 7;

    /// <summary>Reads them as they are now.</summary>
    /// <exception cref="IOException">The kernel does not tell.</exception>
    public static IReadOnlyList<IPNetwork> Read() => [.. OfInterfaces(), .. OfRoutes(File.ReadLines(RoutingTable))];

    /// <summary>Whether two networks have an address in common.</summary>
    public static bool Overlap(IPNetwork one, IPNetwork other) => one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress);

    /// <summary>Reads a routing table as the kernel prints it, default routes left out.</summary>
    internal static IEnumerable<IPNetwork> OfRoutes(IEnumerable<string> lines)
    {
        foreach (var line in lines.Skip(1))
        {
            var columns = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > MaskColumn && TryAddress(columns[DestinationColumn], out var destination) && TryAddress(columns[MaskColumn], out var mask))
            {
                var network = Network(new IPAddress(destination), int.PopCount((int)mask));
                if (network.PrefixLength > 0)
                {
                    yield return network;
                }
            }
        }
    }

    private static IEnumerable<IPNetwork> OfInterfaces() =>
        from card in NetworkInterface.GetAllNetworkInterfaces()
        from unicast in card.GetIPProperties().UnicastAddresses
        where unicast.Address.AddressFamily == AddressFamily.InterNetwork
        select Network(unicast.Address, unicast.PrefixLength);

    /// <summary>Eight digits: the address as the processor reads it, which is how <see cref="IPAddress"/> takes it.</summary>
    private static bool TryAddress(string text, out uint address) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out address);

    private static IPNetwork Network(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefixLength; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), prefixLength);
    }
}
