using System.Globalization;
using System.Text;

namespace Mayfly.Tests.HostileOutput;

/// <summary>The ways in which text can come to mean something else between a program and the system that reads it.</summary>
internal static class CarelessReader
{
    /// <summary>The text as it is, and as it would be read by those who pass over invisible characters, have another encoding, or both.</summary>
    public static IEnumerable<string> Readings(string text)
    {
        yield return text;
        yield return Visible(text);
        yield return Latin(text);
        yield return Visible(Latin(Visible(text)));
    }

    /// <summary>What somebody is left with who removes what is not to be seen: the mistake that joins halves.</summary>
    public static string Strip(string text)
    {
        for (var rest = WithoutSequences(text); rest != text; rest = WithoutSequences(text))
        {
            text = rest;
        }

        return Visible(string.Concat(text.Where(character => character is '\n' or '\r' or '\t' or '\v' or '\f' or '\u0085' || !char.IsControl(character))));
    }

    /// <summary>The lines of whoever is most generous about what ends one.</summary>
    public static IEnumerable<string> Lines(string text) => text.Split(['\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029']);

    /// <summary>One round: a sequence within another is left as one.</summary>
    private static string WithoutSequences(string text)
    {
        var plain = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var end = text[at] == '\e' && at + 1 < text.Length ? EndOfSequence(text, at + 1) : -1;
            if (end < 0)
            {
                plain.Append(text[at]);
            }
            else
            {
                at = end;
            }
        }

        return plain.ToString();
    }

    private static int EndOfSequence(string text, int at)
    {
        var end = at + 1;
        switch (text[at])
        {
            case '[':
                while (end < text.Length && text[end] is >= ' ' and <= '?')
                {
                    end++;
                }

                return end < text.Length && text[end] is >= '@' and <= '~' ? end : -1;
            case ']':
                return text.AsSpan(end).IndexOfAny('\a', '\\') is >= 0 and var length ? end + length : -1;
            default:
                return -1;
        }
    }

    private static string Visible(string text) => string.Concat(text.EnumerateRunes().Where(rune =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.OtherNotAssigned)
        && rune != Rune.ReplacementChar));

    /// <summary>.NET's Latin-1 gives wide forms as what they resemble.</summary>
    private static string Latin(string text) => Encoding.Latin1.GetString(Encoding.Latin1.GetBytes(text));
}
