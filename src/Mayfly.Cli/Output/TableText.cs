using System.Text;

namespace Mayfly.Cli.Output;

/// <summary>A table for people: a line each, its columns as wide as they need to be.</summary>
internal static class TableText
{
    /// <summary>The rows, the titles among them.</summary>
    /// <param name="rows">All of the same length.</param>
    /// <param name="numbers">The columns that are set to the right.</param>
    public static string Of(IReadOnlyList<IReadOnlyList<string>> rows, params int[] numbers)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Append(string.Join("  ", row.Select((cell, column) => numbers.Contains(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Words on one line of bounded length, and without what steers a terminal.</summary>
    public static string Cell(string words, int maxChars)
    {
        var plain = PlainText.Indent(words, "").TrimEnd('\n').Replace('\n', ' ').Replace('\t', ' ');
        return plain.Length <= maxChars ? plain : plain[..(maxChars - 3)] + "...";
    }
}
