namespace Mayfly.Diagnostics;

/// <summary>Finds loop devices over files of sandboxes and of the image cache; also over files that are deleted.</summary>
internal static class LoopDeviceFinder
{
    private const string Devices = "/sys/block";
    private const string Deleted = " (deleted)";

    public static IEnumerable<InventoryItem> Find(InventoryScope scope)
    {
        foreach (var name in KernelFile.Names(Devices).Where(name => name.StartsWith("loop", StringComparison.Ordinal)))
        {
            if (KernelFile.TryRead($"{Devices}/{name}/loop/backing_file") is { } text && IsOurs(scope, text.TrimEnd('\n')))
            {
                yield return new InventoryItem(InventoryKind.LoopDevice, name, $"over {text.TrimEnd('\n')}");
            }
        }
    }

    internal static bool IsOurs(InventoryScope scope, string backingFile)
    {
        var path = backingFile.EndsWith(Deleted, StringComparison.Ordinal) ? backingFile[..^Deleted.Length] : backingFile;
        return scope.IsInSandbox(path) || scope.IsInCache(path);
    }
}
