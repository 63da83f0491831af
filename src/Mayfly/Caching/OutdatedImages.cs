using Mayfly.Images.Cache;

namespace Mayfly.Caching;

/// <summary>Tells what a start would use from what it would not.</summary>
internal static class OutdatedImages
{
    private const int KeyLength = 64;

    /// <summary>
    /// The paths of the entries that stay: the current packages; of what is made of packages, the newest of each kind among those
    /// made of nothing outdated, for each kernel that was built as well; and all that is made of neither.
    /// </summary>
    /// <param name="entries">All entries but templates.</param>
    /// <param name="currentPackages">The keys of the current packages, and of what was built of them.</param>
    public static IReadOnlySet<string> Keep(IReadOnlyList<SandboxCacheEntry> entries, IReadOnlyCollection<string> currentPackages)
    {
        var known = entries.ToDictionary(entry => entry.Key, entry => CacheListing.ReadManifest(entry.Path), StringComparer.Ordinal);
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var kind in entries.Where(entry => known[entry.Key] is not null).GroupBy(entry => entry.Kind))
        {
            if (kind.Key.EndsWith("-packages", StringComparison.Ordinal))
            {
                kept.UnionWith(kind.Where(entry => currentPackages.Contains(entry.Key)).Select(entry => entry.Path));
                continue;
            }

            var made = kind.ToLookup(entry => References(known[entry.Key]!).Any());
            kept.UnionWith(made[false].Select(entry => entry.Path));
            kept.UnionWith(made[true].Where(entry => IsCurrent(entry.Key))
                .GroupBy(entry => BuiltKernelOf(entry.Key))
                .Select(flavour => flavour.MaxBy(entry => entry.Made)!.Path));
        }

        return kept;

        // A kernel that was built is current by itself, and so is the image made of it, beside those of the distribution's kernel.
        string? BuiltKernelOf(string key) =>
            currentPackages.Contains(key) ? key
            : known[key]!.Inputs.TryGetValue("kernel", out var kernel) && currentPackages.Contains(kernel) ? kernel
            : null;

        // An image is made of a kernel, which is made of a package: depth is bounded by the digests, which can't form a circle.
        bool IsCurrent(string key) =>
            currentPackages.Contains(key)
            || (known.GetValueOrDefault(key) is { } manifest && References(manifest).Any() && References(manifest).All(IsCurrent));
    }

    /// <summary>The entries that something is made of: inputs that name another kind and hold a key.</summary>
    private static IEnumerable<string> References(CacheManifest manifest) =>
        manifest.Inputs.Where(input => input.Key is "package" or "packages" or "busybox" or "kernel").Select(input => input.Value).Where(value => value.Length == KeyLength);
}
