using System.Text.Json;
using Mayfly.Diagnostics;

namespace Mayfly.Cli.Output;

/// <summary>Inventories for people: a line per item.</summary>
internal static class InventoryText
{
    /// <summary>A longer name pushes its own detail aside, not everybody's.</summary>
    private const int MaxNameWidth = 60;

    private static readonly int _kindWidth = Enum.GetValues<InventoryKind>().Max(kind => NameOf(kind).Length);

    /// <summary>Everything, or that there is nothing.</summary>
    public static string Describe(SandboxInventory inventory) =>
        inventory.Items.Count == 0 ? "Nothing on this host is Mayfly's.\n" : Lines("", inventory.Items);

    /// <summary>What has appeared, then what has vanished, or that nothing has.</summary>
    public static string Describe(InventoryDifference difference) =>
        difference.Appeared.Count + difference.Vanished.Count == 0
            ? "Nothing has appeared or vanished.\n"
            : Lines("appeared  ", difference.Appeared) + Lines("vanished  ", difference.Vanished);

    private static string Lines(string lead, IReadOnlyList<InventoryItem> items)
    {
        var nameWidth = items.Count == 0 ? 0 : Math.Min(MaxNameWidth, items.Max(item => item.Name.Length));
        var indent = new string(' ', lead.Length + 2);
        return string.Concat(items.Select(item => PlainText.Indent(
            $"{lead}{NameOf(item.Kind).PadRight(_kindWidth)}  {item.Name.PadRight(nameWidth)}  {item.Detail}".TrimEnd(), indent)));
    }

    private static string NameOf(InventoryKind kind) =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString()).Replace('-', ' ');
}
