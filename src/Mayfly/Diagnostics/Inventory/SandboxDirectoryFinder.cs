using Mayfly.Protocol.Supervision;

namespace Mayfly.Diagnostics;

/// <summary>
/// Finds sandboxes' directories, and whatever else is in their place. Names with a dot in front are locks and what is
/// remembered of the host: they belong to no sandbox and are meant to stay, but for what was being removed.
/// </summary>
internal static class SandboxDirectoryFinder
{
    public static IEnumerable<InventoryItem> Find(InventoryScope scope) =>
        from root in scope.Roots
        from name in KernelFile.Names(root)
        where !name.StartsWith('.') || name.StartsWith(ResourceNames.DiscardedPrefix, StringComparison.Ordinal)
        let path = Path.Combine(root, name)
        select new InventoryItem(InventoryKind.Directory, path, KernelFile.Since(path));
}
