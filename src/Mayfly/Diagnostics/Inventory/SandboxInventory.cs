namespace Mayfly.Diagnostics;

/// <summary>
/// A picture of every resource on this host that is Mayfly's. It is taken from the kernel and the file system alone,
/// without any record that Mayfly keeps, so that it shows what the records miss.
/// </summary>
/// <remarks>
/// Directories and cache are those of this user and this environment; processes, devices and control groups are
/// found whoever made them, as far as /proc and /sys show them. The picture is not taken at one instant: what comes and
/// goes meanwhile may be in it or not.
/// </remarks>
/// <param name="Items">Everything found, by kind and name.</param>
public sealed record SandboxInventory(IReadOnlyList<InventoryItem> Items)
{
    /// <summary>Takes the picture. What can't be read, because it is another user's or has just gone, is not in it.</summary>
    public static SandboxInventory Take() => Take(InventoryScope.OfThisUser());

    /// <summary>What has appeared and vanished from one picture to another.</summary>
    public static InventoryDifference Compare(SandboxInventory before, SandboxInventory after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return new InventoryDifference(Missing(after, before), Missing(before, after));
    }

    internal static SandboxInventory Take(InventoryScope scope)
    {
        var processes = ProcessFinder.Find(scope);
        IEnumerable<InventoryItem> found =
        [
            .. processes.Select(process => process.ToItem()),
            .. ControlGroupFinder.Find(),
            .. NetworkFinder.FindDevices(),
            .. NetworkFinder.FindNamespaces(),
            .. LoopDeviceFinder.Find(scope),
            .. MappedDeviceFinder.Find(),
            .. MountFinder.Find(scope, processes),
            .. SocketFinder.Find(scope, processes),
            .. MemoryFileFinder.Find(),
            .. SandboxDirectoryFinder.Find(scope),
            .. CacheWorkFinder.Find(scope),
            .. LeaseFinder.Find(scope),
        ];
        return new SandboxInventory([.. found
            .DistinctBy(Identity)
            .OrderBy(item => item.Kind)
            .ThenBy(item => item.Name, StringComparer.Ordinal)]);
    }

    private static List<InventoryItem> Missing(SandboxInventory whole, SandboxInventory part)
    {
        var known = part.Items.Select(Identity).ToHashSet();
        return [.. whole.Items.Where(item => !known.Contains(Identity(item)))];
    }

    private static (InventoryKind Kind, string Name) Identity(InventoryItem item) => (item.Kind, item.Name);
}
