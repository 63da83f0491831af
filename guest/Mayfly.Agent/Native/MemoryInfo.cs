namespace Mayfly.Agent.Native;

/// <summary>What /proc/meminfo says.</summary>
internal static class MemoryInfo
{
    private const string Total = "MemTotal:";
    private const int MaxBytes = 16 * 1024;

    /// <summary>The machine's memory in bytes, without what the kernel keeps for itself; 0 where it can't be read.</summary>
    public static long TotalBytes => Parse(Files.TryReadText("/proc/meminfo", MaxBytes) ?? "");

    /// <summary>Reads the line <c>MemTotal: N kB</c>.</summary>
    public static long Parse(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(Total, StringComparison.Ordinal))
            {
                var kilobytes = line[Total.Length..].Trim().Split(' ')[0];
                return long.TryParse(kilobytes, out var value) ? value * 1024 : 0;
            }
        }

        return 0;
    }
}
