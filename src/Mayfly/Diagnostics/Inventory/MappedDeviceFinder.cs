namespace Mayfly.Diagnostics;

/// <summary>Finds devices of the device mapper with our prefix.</summary>
internal static class MappedDeviceFinder
{
    private const string Devices = "/sys/block";

    public static IEnumerable<InventoryItem> Find()
    {
        foreach (var device in KernelFile.Names(Devices).Where(name => name.StartsWith("dm-", StringComparison.Ordinal)))
        {
            if (KernelFile.TryRead($"{Devices}/{device}/dm/name")?.TrimEnd('\n') is { } name && InventoryScope.HasPrefix(name))
            {
                yield return new InventoryItem(InventoryKind.MappedDevice, name, device);
            }
        }
    }
}
