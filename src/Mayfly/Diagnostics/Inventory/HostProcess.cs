using System.Globalization;

namespace Mayfly.Diagnostics;

/// <summary>A process that is Mayfly's.</summary>
/// <param name="Id">Its id, which others get after its end.</param>
/// <param name="Stat">Among others its start, which together with the id is its identity.</param>
/// <param name="Started">The same as a time of day; null where the host does not tell when it was booted.</param>
/// <param name="Role">What it does.</param>
/// <param name="Arguments">Its arguments, joined by blanks; empty for a zombie.</param>
internal sealed record HostProcess(int Id, ProcessStat Stat, DateTime? Started, string Role, string Arguments)
{
    /// <summary>Enough to know it by; a monitor has far more of them.</summary>
    private const int MaxArgumentsChars = 120;

    /// <summary>As an item of the inventory.</summary>
    public InventoryItem ToItem()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Id}@{Stat.StartTicks}");
        var arguments = Arguments.Length > MaxArgumentsChars ? $"{Arguments[..MaxArgumentsChars]}..." : Arguments;
        var since = Started is { } started ? KernelFile.Since(started) : "";
        return new InventoryItem(InventoryKind.Process, name, string.Join(", ", new[] { Role, since, arguments }.Where(part => part.Length > 0)));
    }
}
