using System.Text;

namespace Mayfly.Diagnostics;

/// <summary>A line of <c>/proc/PID/mountinfo</c>.</summary>
/// <param name="Device">MAJOR:MINOR of the file system.</param>
/// <param name="Root">The directory of the file system that is mounted.</param>
/// <param name="MountPoint">Where.</param>
/// <param name="FileSystem">Its type.</param>
/// <param name="Source">What it comes from; may be any word.</param>
internal sealed record MountEntry(string Device, string Root, string MountPoint, string FileSystem, string Source)
{
    /// <summary>Ends the optional fields, of which there is any number.</summary>
    private const string Separator = "-";

    private const int FixedFields = 6;

    /// <summary>Reads a line; null where it makes no sense.</summary>
    public static MountEntry? Parse(string line)
    {
        var fields = line.Split(' ');
        var separator = Array.IndexOf(fields, Separator, Math.Min(FixedFields, fields.Length));
        return separator >= 0 && fields.Length > separator + 2
            ? new MountEntry(fields[2], Unescape(fields[3]), Unescape(fields[4]), fields[separator + 1], Unescape(fields[separator + 2]))
            : null;
    }

    /// <summary>The kernel writes blanks, line feeds and backslashes as three octal digits behind a backslash.</summary>
    internal static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && TryReadOctal(text.AsSpan(i + 1, 3), out var character))
            {
                plain.Append(character);
                i += 3;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }

    private static bool TryReadOctal(ReadOnlySpan<char> digits, out char character)
    {
        character = '\0';
        if (digits.ContainsAnyExceptInRange('0', '7'))
        {
            return false;
        }

        character = (char)(((digits[0] - '0') << 6) | ((digits[1] - '0') << 3) | (digits[2] - '0'));
        return true;
    }
}
