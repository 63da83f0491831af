using Mayfly.Diagnostics;

namespace Mayfly.Cli.Reports;

/// <summary>The JSON object of <c>mayfly inventory --json</c> and <c>--save</c>. Fields may be added; none changes its meaning.</summary>
/// <param name="Items">Everything found, by kind and name.</param>
internal sealed record InventorySection(IReadOnlyList<InventoryItemSection> Items)
{
    /// <summary>Maps the library's picture.</summary>
    public static InventorySection Of(SandboxInventory inventory) => new([.. inventory.Items.Select(InventoryItemSection.Of)]);
}
