using System.Globalization;

namespace Mayfly.Diagnostics;

/// <summary>Finds monitors, wardens and other roles of the agent, and what makes images.</summary>
internal static class ProcessFinder
{
    private const string BootTimeField = "btime ";

    /// <param name="scope">What is ours.</param>
    /// <param name="proc">Where the kernel tells of processes.</param>
    public static IReadOnlyList<HostProcess> Find(InventoryScope scope, string proc = "/proc")
    {
        // The times that /proc gives its own files say when somebody first looked at them.
        var booted = KernelFile.Lines($"{proc}/stat").FirstOrDefault(line => line.StartsWith(BootTimeField, StringComparison.Ordinal)) is { } line
            && uint.TryParse(line.AsSpan(BootTimeField.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? DateTime.UnixEpoch.AddSeconds(seconds)
                : (DateTime?)null;
        return [.. KernelFile.DirectoryNames(proc).Select(name => TryRead(scope, proc, name, booted)).OfType<HostProcess>()];
    }

    private static HostProcess? TryRead(InventoryScope scope, string proc, string name, DateTime? booted)
    {
        var directory = $"{proc}/{name}";
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || ReadStat(directory) is not { } first)
        {
            return null;
        }

        var commandLine = (KernelFile.TryRead($"{directory}/cmdline") ?? "").TrimEnd('\0');
        var program = KernelFile.TryReadLink($"{directory}/exe");

        // The state is read last: a process that ends in between loses its command line, and would be nobody's if its state
        // did not say that it ends. Where it is gone its id may be another's by now, of whom it would be wrong to tell this.
        if (ReadStat(directory) is not { } stat || stat.StartTicks != first.StartTicks)
        {
            return null;
        }

        var arguments = stat.IsZombie || commandLine.Length == 0 ? [] : commandLine.Split('\0');
        return ProcessRole.Of(scope, stat, program, arguments) is { } role
            ? new HostProcess(id, stat, booted + stat.StartAfterBoot, role, string.Join(' ', arguments.Skip(1)))
            : null;
    }

    private static ProcessStat? ReadStat(string directory) => KernelFile.TryRead($"{directory}/stat") is { } text ? ProcessStat.Parse(text) : null;
}
