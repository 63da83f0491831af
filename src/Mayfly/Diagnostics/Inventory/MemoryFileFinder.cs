namespace Mayfly.Diagnostics;

/// <summary>
/// Finds files of shared memory with our prefix. A memfd has no name that others could find: it belongs to the processes
/// that have it open or mapped, is seen with them, and is gone when they are.
/// </summary>
internal static class MemoryFileFinder
{
    private const string SharedMemory = "/dev/shm";

    public static IEnumerable<InventoryItem> Find() =>
        KernelFile.Names(SharedMemory)
            .Where(InventoryScope.HasPrefix)
            .Select(name => Path.Combine(SharedMemory, name))
            .Select(path => new InventoryItem(InventoryKind.MemoryFile, path, KernelFile.Since(path)));
}
