using System.Globalization;
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
        return TableText.Of(rows);
    }

    private static string[] Cells(SupervisedSandbox sandbox, DateTimeOffset now) =>
    [
        .. new[]
        {
            sandbox.Id,
            sandbox.Name ?? "",
            sandbox.State.ToString().ToLowerInvariant(),
            sandbox.Created is { } created ? AgeText.Of(now - created) : Unknown,
            sandbox.Created?.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? Unknown,
            sandbox.OwnerProcessId?.ToString(CultureInfo.InvariantCulture) ?? Unknown,
            sandbox.Machine,
            string.Join(", ", sandbox.Resources.Select(Name)),
            sandbox.OwnerCommand,
        }.Select(words => TableText.Cell(words, MaxCellChars)),
    ];

    private static string Name(SupervisedResource resource) =>
        _naming.Select(resource.Facts.GetValueOrDefault).FirstOrDefault(value => value is not null) is { } name ? $"{resource.Kind} {name}" : resource.Kind;
}
