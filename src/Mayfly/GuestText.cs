using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Mayfly;

/// <summary>
/// Makes text from a guest safe to print: no bytes that steer a terminal, no text that steers a CI system. It stays
/// readable, and what was changed can be seen.
/// </summary>
/// <remarks>
/// Azure Pipelines obeys <c>##vso[</c> and <c>##[</c> anywhere in a line, TeamCity <c>##teamcity[</c>, GitHub Actions
/// <c>::command</c> after leading white space. GitLab's section marks need an escape character and a carriage return.
/// </remarks>
public static partial class GuestText
{
    private const char Replacement = '\uFFFD';

    /// <summary>Makes one line safe. Line breaks inside become replacement characters.</summary>
    public static string Neutralise(string line) => Defuse(Printable(EscapeSequence().Replace(line, "")));

    /// <summary>Makes each line of a text safe.</summary>
    public static string NeutraliseLines(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(Neutralise));

    private static string Printable(string line)
    {
        if (!line.Any(IsSteering))
        {
            return line;
        }

        var clean = new StringBuilder(line.Length);
        foreach (var character in line)
        {
            clean.Append(IsSteering(character) ? Replacement : character);
        }

        return clean.ToString();
    }

    /// <summary>Runs after everything that removes characters, so that nothing can come together behind its back.</summary>
    private static string Defuse(string line)
    {
        var defused = HashCommand().Replace(line, "# #");
        var body = defused.TrimStart();
        return body.StartsWith("::", StringComparison.Ordinal)
            ? $"{defused[..^body.Length]}: :{body[2..]}"
            : defused;
    }

    private static bool IsSteering(char character) => character != '\t' && char.GetUnicodeCategory(character) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        // Marks that turn the direction of text around can make a log say what it does not say.
        UnicodeCategory.Format => character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\uFEFF',
        _ => false,
    };

    /// <summary>Colours and the like (CSI), and titles and links (OSC) where they are whole.</summary>
    [GeneratedRegex(@"\x1B\[[0-?]*[ -/]*[@-~]|\x1B\][^\x07\x1B]*(?:\x07|\x1B\\)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex EscapeSequence();

    [GeneratedRegex(@"##(?=[A-Za-z]*\[)", RegexOptions.CultureInvariant)]
    private static partial Regex HashCommand();
}
