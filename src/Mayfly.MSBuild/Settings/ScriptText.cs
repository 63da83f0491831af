namespace Mayfly.MSBuild.Settings;

/// <summary>A command as a shell is to have it.</summary>
internal static class ScriptText
{
    /// <summary>
    /// Without the carriage returns of a project file that was checked out with CR LF, and without the white space that all lines begin with
    /// because they stand in an element of XML. What lines are indented by beyond that stays, as in a here-document.
    /// </summary>
    public static string Of(string command)
    {
        var lines = command.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        var indentation = lines.Where(line => !string.IsNullOrWhiteSpace(line)).Select(IndentationOf).Aggregate((string?)null, Common) ?? "";
        return string.Join('\n', lines.Select(line => line[CommonChars(line, indentation)..]));
    }

    private static string IndentationOf(string line) => line[..(line.Length - line.TrimStart(' ', '\t').Length)];

    private static string Common(string? one, string other) => one is null ? other : one[..CommonChars(one, other)];

    private static int CommonChars(string one, string other) => MemoryExtensions.CommonPrefixLength<char>(one, other);
}
