using System.Globalization;

namespace Mayfly.Chaos;

/// <summary>What the kernel knows of processes.</summary>
internal static class ProcessTable
{
    /// <summary>The living processes that have this mark in their environment; zombies have none.</summary>
    public static IReadOnlyList<ProcessEntry> Find(string mark)
    {
        var found = new List<ProcessEntry>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && TryRead($"{directory}/environ").Contains(mark, StringComparison.Ordinal)
                && TryReadParent(directory) is { } parent)
            {
                found.Add(new ProcessEntry(process, parent, TryRead($"{directory}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries)));
            }
        }

        return found;
    }

    private static int? TryReadParent(string directory)
    {
        var stat = TryRead($"{directory}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && fields[0] != "Z" ? int.Parse(fields[1], CultureInfo.InvariantCulture) : null;
    }

    private static string TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
