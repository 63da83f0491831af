using System.Globalization;

namespace Mayfly.Supervision;

/// <summary>One line that a warden writes on its standard output.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Number">The process id, exit code or signal; 0 with other kinds.</param>
/// <param name="Text">The words behind the kind; empty with those that have none.</param>
internal sealed record WardenStatus(WardenStatusKind Kind, int Number = 0, string Text = "")
{
    /// <summary>The longest line that is read.</summary>
    public const int MaxLineChars = 16 * 1024;

    /// <summary>Reads a line; null where it makes no sense.</summary>
    public static WardenStatus? Parse(string line)
    {
        if (line.Length > MaxLineChars)
        {
            return null;
        }

        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var rest = space < 0 ? "" : line[(space + 1)..];
        return (space < 0 ? line : line[..space]) switch
        {
            "ready" when space < 0 => new WardenStatus(WardenStatusKind.Ready),
            "full" when space < 0 => new WardenStatus(WardenStatusKind.Full),
            "starved" when space < 0 => new WardenStatus(WardenStatusKind.Starved),
            "expired" when space < 0 => new WardenStatus(WardenStatusKind.Expired),
            "removed" when space < 0 => new WardenStatus(WardenStatusKind.Removed),
            "taken" when space > 0 => new WardenStatus(WardenStatusKind.Taken, Text: rest),
            "failed" when space > 0 => new WardenStatus(WardenStatusKind.Failed, Text: rest),
            "denied" when space > 0 => new WardenStatus(WardenStatusKind.Denied, Text: rest),
            "note" when space > 0 => new WardenStatus(WardenStatusKind.Note, Text: rest),
            "left" when space > 0 => new WardenStatus(WardenStatusKind.Left, Text: rest),
            "started" => Numbered(WardenStatusKind.Started, rest),
            "exited" => Numbered(WardenStatusKind.Exited, rest),
            "signalled" => Numbered(WardenStatusKind.Signalled, rest),
            _ => null,
        };
    }

    private static WardenStatus? Numbered(WardenStatusKind kind, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new WardenStatus(kind, number) : null;
}
