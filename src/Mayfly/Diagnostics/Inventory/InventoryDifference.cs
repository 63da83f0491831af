namespace Mayfly.Diagnostics;

/// <summary>How two pictures of the host differ.</summary>
/// <param name="Appeared">What only the later one has.</param>
/// <param name="Vanished">What only the earlier one has.</param>
public sealed record InventoryDifference(IReadOnlyList<InventoryItem> Appeared, IReadOnlyList<InventoryItem> Vanished);
