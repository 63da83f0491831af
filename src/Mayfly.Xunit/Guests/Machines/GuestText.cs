using System.Text;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Machines;

/// <summary>Makes what a guest says fit for results that people, terminals and XML files take in.</summary>
internal static class GuestText
{
    /// <summary>
    /// Replaces control characters other than tab and line feed, halves of characters, and what XML has no place for, by the replacement
    /// character; a carriage return before a line feed vanishes.
    /// </summary>
    public static string Neutralise(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.Replace("\r\n", "\n", StringComparison.Ordinal).EnumerateRunes())
        {
            clean.Append((Rune.IsControl(rune) && rune.Value is not ('\n' or '\t')) || rune.Value is 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }

    /// <summary>The same for all texts of a failure.</summary>
    public static GuestFailure Neutralise(GuestFailure failure) => failure with
    {
        Types = [.. failure.Types.Select(Neutralise)],
        Messages = [.. failure.Messages.Select(Neutralise)],
        Stacks = [.. failure.Stacks.Select(Neutralise)],
    };
}
