using System.Globalization;
using Mayfly.Transports.Vsock.Kernel;

namespace Mayfly.Diagnostics;

/// <summary>Finds vsock context ids that are leased. A lease's file alone is no resource: its lock is.</summary>
internal static class ContextIdFinder
{
    public static IEnumerable<InventoryItem> Find(InventoryScope scope) =>
        from root in scope.Roots
        from contextId in ContextIdLease.HeldBelow(root)
        select new InventoryItem(InventoryKind.ContextId, contextId.ToString(CultureInfo.InvariantCulture), $"leased in {root}");
}
