using System.Globalization;

namespace Mayfly.Diagnostics;

/// <summary>Finds monitors, wardens and other roles of the agent, and what makes images.</summary>
internal static class ProcessFinder
{
    private const string BootTimeField = "btime ";

    public static IReadOnlyList<HostProcess> Find(InventoryScope scope)
    {
        // The times that /proc gives its own files say when somebody first looked at them.
        var booted = KernelFile.Lines("/proc/stat").FirstOrDefault(line => line.StartsWith(BootTimeField, StringComparison.Ordinal)) is { } line
            && uint.TryParse(line.AsSpan(BootTimeField.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? DateTime.UnixEpoch.AddSeconds(seconds)
                : (DateTime?)null;
        return [.. KernelFile.DirectoryNames("/proc").Select(name => TryRead(scope, name, booted)).OfType<HostProcess>()];
    }

    private static HostProcess? TryRead(InventoryScope scope, string name, DateTime? booted)
    {
        if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || ReadStat(id) is not { } stat)
        {
            return null;
        }

        var commandLine = (KernelFile.TryRead($"/proc/{id}/cmdline") ?? "").TrimEnd('\0');
        var arguments = commandLine.Length == 0 ? [] : commandLine.Split('\0');
        var role = ProcessRole.Of(scope, stat, KernelFile.TryReadLink($"/proc/{id}/exe"), arguments);

        // It may have ended meanwhile, and its id be another's, of whom it would be wrong to tell this.
        return role is not null && ReadStat(id)?.StartTicks == stat.StartTicks
            ? new HostProcess(id, stat, booted + stat.StartAfterBoot, role, string.Join(' ', arguments.Skip(1)))
            : null;
    }

    private static ProcessStat? ReadStat(int id) => KernelFile.TryRead($"/proc/{id}/stat") is { } text ? ProcessStat.Parse(text) : null;
}
