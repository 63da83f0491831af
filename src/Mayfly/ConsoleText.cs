namespace Mayfly;

/// <summary>Puts text from a guest into messages for people: bounded, and made safe to print.</summary>
internal static class ConsoleText
{
    /// <summary>How much of a console's end is looked at when something is to be said about it.</summary>
    public const int ReportedBytes = 1024 * 1024;

    private const int TailLines = 20;
    private const int MaxLineChars = 400;

    /// <summary>Adds a titled, indented tail to a message; returns the message alone where the tail is blank.</summary>
    public static string Append(string message, string tail, string title = "The guest's console ended with")
    {
        var lines = LastLines(tail, TailLines);
        return lines.Count == 0 ? message : $"{message}\n{title}:\n  {string.Join("\n  ", lines)}";
    }

    /// <summary>The last lines that are not blank, oldest first, each bounded and made safe.</summary>
    public static List<string> LastLines(string text, int count) =>
        [.. GuestText.NeutraliseLines(text)
            .Split('\n')
            .Select(line => line.TrimEnd())
            .Where(line => line.Length > 0)
            .TakeLast(count)
            .Select(line => line.Length <= MaxLineChars ? line : line[..MaxLineChars] + "...")];
}
