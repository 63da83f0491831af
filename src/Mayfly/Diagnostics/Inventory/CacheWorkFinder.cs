using Mayfly.Images.Cache;

namespace Mayfly.Diagnostics;

/// <summary>Finds work in progress in the image cache. The images themselves are meant to stay.</summary>
internal static class CacheWorkFinder
{
    public static IEnumerable<InventoryItem> Find(InventoryScope scope) =>
        scope.Cache is { } cache
            ? from name in KernelFile.Names(CacheDirectory.TemporaryBelow(cache))
              let path = Path.Combine(CacheDirectory.TemporaryBelow(cache), name)
              select new InventoryItem(InventoryKind.CacheWork, path, KernelFile.Since(path))
            : [];
}
