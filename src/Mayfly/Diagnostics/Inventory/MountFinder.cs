using System.Globalization;

namespace Mayfly.Diagnostics;

/// <summary>
/// Finds mounts inside sandboxes' directories. A warden makes them in a mount namespace of its own, so the namespaces of
/// the processes found are looked at too; one without any process has nothing mounted in it any more.
/// </summary>
internal static class MountFinder
{
    public static IEnumerable<InventoryItem> Find(InventoryScope scope, IEnumerable<HostProcess> processes)
    {
        var seen = new HashSet<string?>();
        var own = KernelFile.TryReadLink("/proc/self/ns/mnt");
        foreach (var process in processes.Select(process => process.Id.ToString(CultureInfo.InvariantCulture)).Prepend("self"))
        {
            var space = KernelFile.TryReadLink($"/proc/{process}/ns/mnt");
            if (!seen.Add(space))
            {
                continue;
            }

            foreach (var mount in KernelFile.Lines($"/proc/{process}/mountinfo").Select(MountEntry.Parse).OfType<MountEntry>())
            {
                if (scope.IsInSandbox(mount.MountPoint))
                {
                    yield return new InventoryItem(
                        InventoryKind.Mount,
                        space == own ? mount.MountPoint : $"{mount.MountPoint} in {space}",
                        space == own ? $"{mount.FileSystem} of {mount.Source}" : $"{mount.FileSystem} of {mount.Source}, seen by process {process}");
                }
            }
        }
    }
}
