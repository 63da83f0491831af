using System.Globalization;
using System.Text;
using Mayfly.Supervision;

namespace Mayfly.Cli.Output;

/// <summary>The list of sandboxes for people: a line each, its columns as wide as they need to be.</summary>
internal static class PsText
{
    private const int MaxCellChars = 60;
    private const string Unknown = "?";
    private static readonly string[] _naming = ["name", "path", "pid"];
    private static readonly string[] _titles = ["ID", "NAME", "STATE", "AGE", "SINCE", "OWNER", "MACHINE", "RESOURCES", "COMMAND"];

    /// <summary>The table, or one line where there is nothing.</summary>
    public static string Describe(IReadOnlyList<SupervisedSandbox> sandboxes, DateTimeOffset now)
    {
        if (sandboxes.Count == 0)
        {
            return "No sandboxes.\n";
        }

        string[][] rows = [_titles, .. sandboxes.Select(sandbox => Cells(sandbox, now))];
        var widths = _titles.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static string[] Cells(SupervisedSandbox sandbox, DateTimeOffset now) =>
    [
        .. new[]
        {
            sandbox.Id,
            sandbox.Name ?? "",
            sandbox.State.ToString().ToLowerInvariant(),
            sandbox.Created is { } created ? Age(now - created) : Unknown,
            sandbox.Created?.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? Unknown,
            sandbox.OwnerProcessId?.ToString(CultureInfo.InvariantCulture) ?? Unknown,
            sandbox.Machine,
            string.Join(", ", sandbox.Resources.Select(Name)),
            sandbox.OwnerCommand,
        }.Select(Cell),
    ];

    private static string Name(SupervisedResource resource) =>
        _naming.Select(resource.Facts.GetValueOrDefault).FirstOrDefault(value => value is not null) is { } name ? $"{resource.Kind} {name}" : resource.Kind;

    private static string Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 0 } => "0s",
        { TotalMinutes: < 1 } => $"{age.Seconds}s",
        { TotalHours: < 1 } => $"{age.Minutes}m{age.Seconds}s",
        { TotalDays: < 1 } => $"{age.Hours}h{age.Minutes}m",
        _ => $"{(int)age.TotalDays}d{age.Hours}h",
    };

    /// <summary>A record's words on one line of bounded length, and without what steers a terminal.</summary>
    private static string Cell(string words)
    {
        var plain = PlainText.Indent(words, "").TrimEnd('\n').Replace('\n', ' ').Replace('\t', ' ');
        return plain.Length <= MaxCellChars ? plain : plain[..(MaxCellChars - 3)] + "...";
    }
}
