using System.Globalization;
using System.Text.Json;
using Mayfly.Images.Cache;
using Mayfly.Images.Packages;

namespace Mayfly.Images;

/// <summary>
/// Downloaded packages and the memory of which one is current. They are kept, so that a damaged kernel or another agent
/// needs no network.
/// </summary>
internal sealed class PackageShelf(
    CacheDirectory cache, CacheEntries entries, IPackageSource source, GuestArchitecture architecture, ImageReport report)
{
    /// <summary>The file that remembers which packages are current.</summary>
    public static string PointerPath(CacheDirectory cache) => Path.Combine(cache.Path, "current.json");

    /// <summary>The keys of all packages that are current, whatever their role.</summary>
    public static IReadOnlyCollection<string> CurrentKeys(CacheDirectory cache) =>
        [.. CacheJson.TryRead(PointerPath(cache), CacheJson.Default.CurrentPackages)?.Packages.Values ?? []];

    /// <summary>The name of the entry that holds the current package of that role; null where none is known.</summary>
    public string? FindCurrent(PackageRole role) => NameIn(ReadPointer(), PointerName(role));

    /// <summary>The current package, downloaded where it is not there or damaged. Only under the lock.</summary>
    public async Task<CacheEntry> GetAsync(PackageRole role, CancellationToken cancellationToken)
    {
        if (FindCurrent(role) is { } name)
        {
            var lookup = await entries.FindAsync(Kind(role), name, null, cancellationToken).ConfigureAwait(false);
            if (lookup.Entry is { } entry)
            {
                return entry;
            }

            report.Damage(Kind(role), lookup.Damage);
        }

        return await DownloadAsync(role, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The name of the entry that was built of packages under that name; null where none is known.</summary>
    public string? FindBuilt(string name) => NameIn(ReadPointer(), BuiltName(name));

    /// <summary>Remembers what was built of packages. Only under the lock.</summary>
    public void RememberBuilt(string name, CacheKey entry) => Point(BuiltName(name), entry);

    /// <summary>The path of the package's file, where the role is one package's.</summary>
    public static string FileOf(CacheEntry package) => package[package.Files[0].Path];

    /// <summary>The paths of all files.</summary>
    public static IEnumerable<string> FilesOf(CacheEntry packages) => packages.Files.Select(file => packages[file.Path]);

    private async Task<CacheEntry> DownloadAsync(PackageRole role, CancellationToken cancellationToken)
    {
        report.Say($"asking {source.Name} for the current {RoleName(role)} package");
        var packages = await source.ResolveAsync(role, cancellationToken).ConfigureAwait(false);
        var key = new CacheKey(Kind(role), new Dictionary<string, string>
        {
            ["source"] = source.Name,
            ["file"] = string.Join(' ', packages.Select(package => package.FileName)),
            ["digest"] = string.Join(' ', packages.Select(package => package.Digest)),
        });
        var lookup = await entries.FindAsync(key.Kind, key.Value, null, cancellationToken).ConfigureAwait(false);
        var entry = lookup.Entry ?? await entries.MakeAsync(
            key,
            async folder =>
            {
                var activity = packages.Count == 1
                    ? $"downloading {packages[0].Name}"
                    : string.Create(CultureInfo.InvariantCulture, $"downloading {packages[0].Name} and {packages.Count - 1} more packages");
                var total = new ByteSize(packages.Sum(package => package.Size.Bytes));
                report.Say(activity, default(ByteSize), total);
                await source.DownloadAsync(packages, folder, report.Bytes(activity, total), cancellationToken).ConfigureAwait(false);
                report.Say(activity, total, total);
                return new Dictionary<string, string> { ["package"] = packages[0].Name };
            },
            cancellationToken).ConfigureAwait(false);
        Point(PointerName(role), key);
        return entry;
    }

    private void Point(string name, CacheKey key)
    {
        var pointer = ReadPointer();
        pointer[name] = key.Value;
        cache.Replace(
            PointerPath(cache), JsonSerializer.SerializeToUtf8Bytes(new CurrentPackages(pointer), CacheJson.Default.CurrentPackages));
    }

    private static string? NameIn(Dictionary<string, string> pointer, string name)
        => pointer.GetValueOrDefault(name) is { Length: 64 } value && value.All(char.IsAsciiHexDigitLower) ? value : null;

    private Dictionary<string, string> ReadPointer()
        => CacheJson.TryRead(PointerPath(cache), CacheJson.Default.CurrentPackages) is { } current ? new(current.Packages) : [];

    private string PointerName(PackageRole role) => $"{source.Name}/{architecture.Name}/{RoleName(role)}";

    private string BuiltName(string name) => $"{source.Name}/{architecture.Name}/{name}";

    private static string Kind(PackageRole role) => $"{RoleName(role)}-packages";

    private static string RoleName(PackageRole role) => role switch
    {
        PackageRole.Kernel => "kernel",
        PackageRole.Busybox => "busybox",
        PackageRole.Ssh => "ssh",
        PackageRole.KernelSource => "kernel-source",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}
