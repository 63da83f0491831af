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
