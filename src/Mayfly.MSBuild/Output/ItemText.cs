using System.Buffers;
using System.Globalization;
using System.Text;

namespace Mayfly.MSBuild.Output;

/// <summary>Text as a value of items.</summary>
internal static class ItemText
{
    private static readonly SearchValues<char> Special = SearchValues.Create("%*?@$();'");

    /// <summary>Escapes what MSBuild would read as a list, a wildcard or a reference.</summary>
    public static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny(Special) < 0)
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 8);
        foreach (var character in text)
        {
            _ = Special.Contains(character)
                ? escaped.Append(CultureInfo.InvariantCulture, $"%{(int)character:x2}")
                : escaped.Append(character);
        }

        return escaped.ToString();
    }
}
