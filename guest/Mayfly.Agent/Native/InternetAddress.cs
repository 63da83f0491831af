using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary><c>struct sockaddr_in</c>, the form in which the kernel is told IPv4 addresses.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct InternetAddress
{
    private const int Parts = 4;

    public ushort Family;
    public ushort Port;
    public fixed byte Address[Parts];
    public ulong Padding;

    /// <summary>Reads dotted notation, and nothing but its usual form of four decimal numbers.</summary>
    public static bool TryParse(string text, out InternetAddress address)
    {
        address = new InternetAddress { Family = Linux.AF_INET };
        var parts = text.Split('.');
        if (parts.Length != Parts)
        {
            return false;
        }

        for (var index = 0; index < Parts; index++)
        {
            if (!byte.TryParse(parts[index], NumberStyles.None, CultureInfo.InvariantCulture, out address.Address[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A port of the machine's own loopback, 127.0.0.1.</summary>
    public static InternetAddress Loopback(int port)
    {
        var address = new InternetAddress { Family = Linux.AF_INET, Port = NetworkOrder(port) };
        address.Address[0] = 127;
        address.Address[Parts - 1] = 1;
        return address;
    }

    /// <summary>A port as an address has it, and back.</summary>
    public static ushort NetworkOrder(int port) => BinaryPrimitives.ReverseEndianness((ushort)port);

    /// <summary>The netmask of a prefix.</summary>
    /// <param name="prefixLength">0 to 32.</param>
    public static InternetAddress Mask(int prefixLength)
    {
        var mask = new InternetAddress { Family = Linux.AF_INET };
        for (var bit = 0; bit < prefixLength; bit++)
        {
            mask.Address[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return mask;
    }
}
