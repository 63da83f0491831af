namespace Mayfly.Cli.Output;

/// <summary>
/// Text that may come from a guest, made harmless: further lines are indented, so that they can't pass for lines of Mayfly's
/// own, and each is made safe to print.
/// </summary>
internal static class PlainText
{
    /// <summary>The text as lines of which all but the first begin with <paramref name="indent"/>, with a line feed at the end.</summary>
    public static string Indent(string text, string indent) =>
        GuestText.NeutraliseLines(text).TrimEnd('\n').Replace("\n", $"\n{indent}", StringComparison.Ordinal) + "\n";
}
