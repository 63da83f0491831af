using System.Globalization;
using Mayfly.Networks;
using Mayfly.Transports.Vsock.Kernel;

namespace Mayfly.Diagnostics;

/// <summary>Finds what is leased: vsock context ids and subnets. A lease's file alone is no resource: its lock is.</summary>
internal static class LeaseFinder
{
    public static IEnumerable<InventoryItem> Find(InventoryScope scope) =>
        from root in scope.Roots
        from item in ContextIds(root).Concat(Subnets(root))
        select item;

    private static IEnumerable<InventoryItem> ContextIds(string root) =>
        from contextId in ContextIdLease.HeldBelow(root)
        select new InventoryItem(InventoryKind.ContextId, contextId.ToString(CultureInfo.InvariantCulture), $"leased in {root}");

    private static IEnumerable<InventoryItem> Subnets(string root) =>
        from host in SubnetLease.HeldBelow(root)
        select new InventoryItem(InventoryKind.Subnet, $"{host}/{SubnetLease.PrefixLength}", $"leased in {root}");
}
