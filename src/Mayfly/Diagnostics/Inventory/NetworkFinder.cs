namespace Mayfly.Diagnostics;

/// <summary>Finds network devices of this network namespace, and network namespaces, that are named as ours are.</summary>
internal static class NetworkFinder
{
    private const string Devices = "/sys/class/net";
    private const string Namespaces = "/run/netns";

    public static IEnumerable<InventoryItem> FindDevices() =>
        KernelFile.Names(Devices)
            .Where(InventoryScope.IsDeviceName)
            .Select(name => new InventoryItem(InventoryKind.NetworkDevice, name, Describe(name)));

    public static IEnumerable<InventoryItem> FindNamespaces() =>
        KernelFile.Names(Namespaces)
            .Where(name => InventoryScope.HasPrefix(name) || InventoryScope.IsDeviceName(name))
            .Select(name => new InventoryItem(InventoryKind.NetworkNamespace, name, KernelFile.Since($"{Namespaces}/{name}")));

    private static string Describe(string name)
    {
        var type = KernelFile.TryRead($"{Devices}/{name}/tun_flags") is { } flags ? $"TAP device, flags {flags.Trim()}" : "not a TAP device";
        return $"{type}, {KernelFile.TryRead($"{Devices}/{name}/operstate")?.Trim()}";
    }
}
