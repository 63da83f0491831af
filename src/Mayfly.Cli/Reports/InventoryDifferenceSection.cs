using Mayfly.Diagnostics;

namespace Mayfly.Cli.Reports;

/// <summary>The JSON object of <c>mayfly inventory --since FILE --json</c>. Fields may be added; none changes its meaning.</summary>
/// <param name="Appeared">What was not there before.</param>
/// <param name="Vanished">What is no longer there.</param>
internal sealed record InventoryDifferenceSection(
    IReadOnlyList<InventoryItemSection> Appeared,
    IReadOnlyList<InventoryItemSection> Vanished)
{
    /// <summary>Maps the library's difference.</summary>
    public static InventoryDifferenceSection Of(InventoryDifference difference) =>
        new([.. difference.Appeared.Select(InventoryItemSection.Of)], [.. difference.Vanished.Select(InventoryItemSection.Of)]);
}
