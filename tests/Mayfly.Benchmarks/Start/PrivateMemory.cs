using System.Globalization;

namespace Mayfly.Benchmarks.Start;

/// <summary>What processes of a sandbox have of memory that is theirs alone.</summary>
internal static class PrivateMemory
{
    /// <summary>Of the monitor and of the warden of a sandbox, in MiB, found by its id on their command lines.</summary>
    public static (double Monitor, double Warden) Of(string id)
    {
        var (monitor, warden) = (0L, 0L);
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                var command = File.ReadAllText(Path.Combine(directory, "cmdline"));
                if (!command.Contains(id, StringComparison.Ordinal))
                {
                    continue;
                }

                var kilobytes = File.ReadLines(Path.Combine(directory, "smaps_rollup"))
                    .Where(line => line.StartsWith("Private_Clean:", StringComparison.Ordinal) || line.StartsWith("Private_Dirty:", StringComparison.Ordinal))
                    .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
                if (command.Split('\0')[0].Contains("qemu", StringComparison.Ordinal))
                {
                    monitor += kilobytes;
                }
                else
                {
                    warden += kilobytes;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile, and was somebody else's.
            }
        }

        return (monitor / 1024.0, warden / 1024.0);
    }
}
