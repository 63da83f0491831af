using System.Runtime.InteropServices;
using System.Text;

namespace Mayfly.Agent.Native;

/// <summary><c>struct sockaddr_un</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct UnixAddress
{
    /// <summary>Without the NUL behind it.</summary>
    public const int MaxPathBytes = 107;

    public ushort Family;
    public fixed byte Path[MaxPathBytes + 1];

    /// <returns>False where the path is empty, too long or has a NUL in it.</returns>
    public static bool TryParse(string path, out UnixAddress address)
    {
        address = new UnixAddress { Family = Linux.AF_UNIX };
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
        {
            return false;
        }

        // SAFETY: the array is that long, and its last byte stays zero.
        fixed (byte* start = address.Path)
        {
            _ = Encoding.UTF8.GetBytes(path, new Span<byte>(start, MaxPathBytes));
        }

        return true;
    }
}
