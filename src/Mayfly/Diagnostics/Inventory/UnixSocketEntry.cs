using System.Globalization;

namespace Mayfly.Diagnostics;

/// <summary>A line of <c>/proc/net/unix</c> about a socket that has a path.</summary>
/// <param name="Path">The path as it was bound, which may be relative and hold anything.</param>
/// <param name="IsListening">Whether it takes connections.</param>
internal sealed record UnixSocketEntry(string Path, bool IsListening)
{
    /// <summary>Address, references, protocol, flags, type, state and inode; what follows is the path, with its blanks.</summary>
    private const int FieldsBeforePath = 7;

    private const int FlagsField = 3;

    /// <summary>__SO_ACCEPTCON.</summary>
    private const int AcceptsConnections = 0x10000;

    /// <summary>Reads a line; null where it has no path or makes no sense.</summary>
    public static UnixSocketEntry? Parse(string line)
    {
        var at = 0;
        var flags = 0;
        for (var field = 0; field < FieldsBeforePath; field++)
        {
            var start = at + line.AsSpan(at).IndexOfAnyExcept(' ');
            var length = start < at ? -1 : line.AsSpan(start).IndexOf(' ');
            if (length < 0
                || (field == FlagsField && !int.TryParse(line.AsSpan(start, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out flags)))
            {
                return null;
            }

            at = start + length;
        }

        // The inode is padded to a width, so exactly one blank is the separator and the rest is the path's own.
        return at + 1 < line.Length ? new UnixSocketEntry(line[(at + 1)..], (flags & AcceptsConnections) != 0) : null;
    }
}
