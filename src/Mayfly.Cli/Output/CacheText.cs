using System.Text;
using Mayfly.Caching;

namespace Mayfly.Cli.Output;

/// <summary>The cache for people.</summary>
internal static class CacheText
{
    private const int MaxCellChars = 100;
    private const int ShownKeyChars = 12;
    private static readonly string[] _titles = ["KIND", "KEY", "SIZE", "MADE", "USED", "STATE", "WHAT"];

    /// <summary>The table with its sum, or one line where there is nothing.</summary>
    public static string Describe(IReadOnlyList<SandboxCacheEntry> entries, DateTimeOffset now)
    {
        if (entries.Count == 0)
        {
            return "The cache is empty.\n";
        }

        string[][] rows = [_titles, .. entries.Select(entry => Cells(entry, now))];
        return $"{TableText.Of(rows, 2)}{SizeText.Of(new ByteSize(entries.Sum(entry => entry.Size.Bytes)))} in all\n";
    }

    /// <summary>What is gone and what is not.</summary>
    public static string Describe(SandboxCachePruned pruned)
    {
        var text = new StringBuilder();
        foreach (var entry in pruned.Removed)
        {
            text.Append($"removed {Name(entry)} ({SizeText.Of(entry.Size)})\n");
        }

        foreach (var entry in pruned.InUse)
        {
            text.Append($"left {Name(entry)}: it is in use\n");
        }

        return text.Append($"{SizeText.Of(pruned.Freed)} freed\n").ToString();
    }

    private static string[] Cells(SandboxCacheEntry entry, DateTimeOffset now) =>
    [
        TableText.Cell(entry.Kind, MaxCellChars),
        entry.Key[..ShownKeyChars],
        SizeText.Of(entry.Size),
        AgeText.Of(now - entry.Made),
        entry.LastUsed is { } used ? AgeText.Of(now - used) : "",
        (entry.IsReadable, entry.IsInUse) switch
        {
            (false, _) => "damaged",
            (_, true) => "in use",
            _ => "",
        },
        TableText.Cell(entry.Description, MaxCellChars),
    ];

    private static string Name(SandboxCacheEntry entry) => $"{TableText.Cell(entry.Kind, MaxCellChars)}/{entry.Key[..ShownKeyChars]}";
}
