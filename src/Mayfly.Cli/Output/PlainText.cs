using System.Text;

namespace Mayfly.Cli.Output;

/// <summary>
/// Text that may come from a guest, made harmless: further lines are indented and control characters replaced, so that
/// it can neither pass for a line of Mayfly's own nor steer a terminal.
/// </summary>
internal static class PlainText
{
    /// <summary>The text as lines of which all but the first begin with <paramref name="indent"/>, with a line feed at the end.</summary>
    public static string Indent(string text, string indent)
    {
        var plain = new StringBuilder(text.Length + 1);
        foreach (var character in text.ReplaceLineEndings("\n").TrimEnd('\n'))
        {
            _ = character switch
            {
                '\n' => plain.Append('\n').Append(indent),
                '\t' => plain.Append('\t'),
                _ => plain.Append(char.IsControl(character) ? '\uFFFD' : character),
            };
        }

        return plain.Append('\n').ToString();
    }
}
