namespace Mayfly.Diagnostics;

/// <summary>Finds control groups with our prefix, anywhere in every hierarchy that is mounted.</summary>
internal static class ControlGroupFinder
{
    public static IEnumerable<InventoryItem> Find() =>
        KernelFile.Lines("/proc/self/mountinfo")
            .Select(MountEntry.Parse)
            .OfType<MountEntry>()
            .Where(mount => mount.FileSystem is "cgroup" or "cgroup2")
            .DistinctBy(mount => (mount.Device, mount.Root))
            .SelectMany(mount => Walk(mount.MountPoint));

    private static IEnumerable<InventoryItem> Walk(string directory)
    {
        foreach (var name in KernelFile.DirectoryNames(directory))
        {
            var path = Path.Combine(directory, name);
            if (InventoryScope.HasPrefix(name))
            {
                yield return new InventoryItem(InventoryKind.ControlGroup, path, $"{KernelFile.Lines($"{path}/cgroup.procs").Length} processes");
            }

            foreach (var below in Walk(path))
            {
                yield return below;
            }
        }
    }
}
