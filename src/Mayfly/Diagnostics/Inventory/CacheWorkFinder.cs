using Mayfly.Images.Cache;
using Mayfly.Templates;

namespace Mayfly.Diagnostics;

/// <summary>Finds work in progress in the cache. Images and templates themselves are meant to stay.</summary>
internal static class CacheWorkFinder
{
    public static IEnumerable<InventoryItem> Find(InventoryScope scope) =>
        scope.Cache is { } cache
            ? Find(CacheDirectory.TemporaryBelow(cache), static _ => true)
                .Concat(Find(CacheDirectory.TemporaryBelow(CacheDirectory.WorkshopBelow(cache)), static _ => true))
                .Concat(Find(TemplateShelf.Below(cache), TemplateShelf.IsWork))
            : [];

    private static IEnumerable<InventoryItem> Find(string folder, Func<string, bool> isWork) =>
        from name in KernelFile.Names(folder)
        where isWork(name)
        let path = Path.Combine(folder, name)
        select new InventoryItem(InventoryKind.CacheWork, path, KernelFile.Since(path));
}
