using System.Globalization;

namespace Mayfly.Cli.Tracing;

/// <summary>How long this process has existed, the start of .NET included. The kernel counts it in hundredths of a second.</summary>
internal static class ProcessAge
{
    private const int TicksPerSecond = 100;
    private const int StartTimeField = 19;

    /// <summary>The age; null where /proc does not tell.</summary>
    public static TimeSpan? Read()
    {
        try
        {
            return Of(File.ReadAllText("/proc/self/stat"), File.ReadAllText("/proc/uptime"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The age by these two files; null where they are not what they should be.</summary>
    public static TimeSpan? Of(string stat, string uptime)
    {
        // The fields behind the name, which is in brackets and may hold anything.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartTimeField
            && long.TryParse(fields[StartTimeField], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && double.TryParse(uptime.Split(' ')[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds - ((double)ticks / TicksPerSecond) is >= 0 and var age
                ? TimeSpan.FromSeconds(age)
                : null;
    }
}
