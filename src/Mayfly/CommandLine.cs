namespace Mayfly;

/// <summary>Command lines for people to read.</summary>
internal static class CommandLine
{
    private const int MaxChars = 300;

    /// <summary>Quotes each argument the way a shell would need it; bounded, and without control characters.</summary>
    public static string Quote(IReadOnlyList<string> argv)
    {
        var line = GuestText.NeutraliseLines(string.Join(' ', argv.Select(QuoteOne)));
        return line.Length <= MaxChars ? line : line[..MaxChars] + "...";
    }

    private static string QuoteOne(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
