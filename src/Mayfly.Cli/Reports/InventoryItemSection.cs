using System.Text.Json;
using Mayfly.Diagnostics;

namespace Mayfly.Cli.Reports;

/// <summary>One resource.</summary>
/// <param name="Kind">What it is, such as process, controlGroup or directory.</param>
/// <param name="Name">What tells it from others of its kind.</param>
/// <param name="Detail">What else was seen.</param>
internal sealed record InventoryItemSection(string Kind, string Name, string Detail)
{
    private static readonly Dictionary<string, InventoryKind> _kinds = Enum.GetValues<InventoryKind>().ToDictionary(NameOf);

    /// <summary>Maps the library's item.</summary>
    public static InventoryItemSection Of(InventoryItem item) => new(NameOf(item.Kind), item.Name, item.Detail);

    /// <summary>Maps it back; null where the kind is unknown or something is missing, as in a file that is something else.</summary>
    public InventoryItem? ToItem() =>
        Kind is not null && Name is not null && _kinds.TryGetValue(Kind, out var kind) ? new InventoryItem(kind, Name, Detail ?? "") : null;

    private static string NameOf(InventoryKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());
}
