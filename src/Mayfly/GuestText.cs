using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Mayfly;

/// <summary>
/// Makes text from a guest safe to print: no bytes that steer a terminal, no text that steers a CI system. It stays
/// readable, and what was changed can be seen: <c>##vso[</c> becomes <c># #vso[</c>, and <c>::error</c> at a line's start
/// <c>: :error</c>.
/// </summary>
/// <remarks>
/// <para>
/// Covered: control characters but tab, escape sequences, line and paragraph separators, marks that turn the direction of text
/// around, and what can't stand in XML; Azure Pipelines' <c>##vso[</c> and <c>##[</c> and TeamCity's <c>##teamcity[</c> anywhere
/// in a line; GitHub Actions' <c>##[</c> anywhere and <c>::command</c> behind leading white space, <c>::stop-commands::</c> among
/// them, and behind a colon, where the text of a canonical error begins; GitLab's section marks and Jenkins' notes, which need an escape character. Both GitHub's and Azure's programs compare
/// with the culture's rules, for which invisible characters are not there, and a console of another encoding than UTF-8 makes
/// wide and small forms into ASCII: so a command is broken up with either in it as well.
/// </para>
/// <para>
/// Not covered is what a CI system reads out of ordinary words: GitHub's problem matchers (an annotation for a line such as
/// <c>file(1,2): error X1: text</c>), Azure's and MSBuild's canonical errors, patterns that fail a build, Buildkite's groups
/// (<c>--- title</c>). They can make a log say what is not so, and no more. A line is safe as a line: who cuts a safe text
/// up, or joins pieces of one line, makes the result safe once more.
/// </para>
/// </remarks>
public static partial class GuestText
{
    /// <summary>What a reader may take for nothing: invisible characters, marks on the one before, halves, and replacements.</summary>
    private const string Unseen = @"[\p{Cf}\p{Mn}\p{Me}\p{Cn}\p{Co}\p{Cs}\uFFFD]";

    /// <summary>With its wide and small forms, as in the following.</summary>
    private const string Hash = @"[#\uFF03\uFE5F]";

    private const string Bracket = @"[\[\uFF3B\uFE47\u301A]";

    /// <summary>Also what code pages have for best fits.</summary>
    private const string Colon = @"[:\uFF1A\uFE55\uFE13\u2236\u0589\u02D0\uA789]";

    /// <summary>Makes one line safe. Line breaks inside become replacement characters.</summary>
    public static string Neutralise(string line) => Defuse(Printable(EscapeSequence().Replace(line, "")));

    /// <summary>Makes each line of a text safe. CR LF and a lone CR become LF.</summary>
    public static string NeutraliseLines(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(Neutralise));

    private static string Printable(string line)
    {
        if (!line.Any(character => IsSteering(character) || char.IsSurrogate(character)))
        {
            return line;
        }

        var clean = new StringBuilder(line.Length);
        foreach (var rune in line.EnumerateRunes())
        {
            clean.Append(rune.IsBmp && IsSteering((char)rune.Value) ? Rune.ReplacementChar : rune);
        }

        return clean.ToString();
    }

    /// <summary>Runs after everything that removes characters, so that nothing can come together behind its back.</summary>
    private static string Defuse(string line) => LeadingColons().Replace(HashCommand().Replace(line, "$1 "), "$1 ");

    private static bool IsSteering(char character) => character != '\t' && char.GetUnicodeCategory(character) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        // Marks that turn the direction of text around can make a log say what it does not say.
        UnicodeCategory.Format => character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\uFEFF',
        _ => character is '\uFFFE' or '\uFFFF',
    };

    /// <summary>Colours and the like (CSI), and titles and links (OSC) where they are whole.</summary>
    [GeneratedRegex(@"\x1B\[[0-?]*[ -/]*[@-~]|\x1B\][^\x07\x1B]*(?:\x07|\x1B\\)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex EscapeSequence();

    /// <summary>Azure's agent warns of <c>##vso</c> that goes on otherwise, with the line.</summary>
    [GeneratedRegex($@"({Hash}(?>{Unseen}*))(?={Hash}(?>(?:{Unseen}|\p{{L}})*){Bracket}|{Hash}(?>{Unseen}*)[vV\uFF36\uFF56])", RegexOptions.CultureInvariant)]
    private static partial Regex HashCommand();

    /// <summary>At the line's start, and at that of what a canonical error says, which loggers may show by itself.</summary>
    [GeneratedRegex($@"((?:^|{Colon})(?>(?:\s|{Unseen})*){Colon}(?>{Unseen}*))(?={Colon})", RegexOptions.CultureInvariant)]
    private static partial Regex LeadingColons();
}
