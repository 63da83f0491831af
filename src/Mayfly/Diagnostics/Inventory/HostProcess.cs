using System.Globalization;

namespace Mayfly.Diagnostics;

/// <summary>A process that is Mayfly's.</summary>
/// <param name="Id">Its id, which others get after its end.</param>
/// <param name="Stat">Among others its start, which together with the id is its identity.</param>
/// <param name="Role">What it does.</param>
/// <param name="CommandLine">Its command line; empty for a zombie.</param>
internal sealed record HostProcess(int Id, ProcessStat Stat, string Role, string CommandLine)
{
    /// <summary>Enough to know it by; a monitor's command line is far longer.</summary>
    private const int MaxCommandLineChars = 120;

    /// <summary>As an item of the inventory.</summary>
    public InventoryItem ToItem()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Id}@{Stat.StartTicks}");
        var commandLine = CommandLine.Length > MaxCommandLineChars ? $"{CommandLine[..MaxCommandLineChars]}..." : CommandLine;
        var since = KernelFile.Since($"/proc/{Id}");
        return new InventoryItem(InventoryKind.Process, name, string.Join(", ", new[] { Role, since, commandLine }.Where(part => part.Length > 0)));
    }
}
