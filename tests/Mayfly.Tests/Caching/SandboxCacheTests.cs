using Mayfly.Caching;
using Mayfly.Images.Cache;
using Mayfly.Templates;
using Mayfly.Tests.Images;
using Mayfly.Tests.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Caching;

public sealed class SandboxCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Cache => _folder["cache"];

    [Fact]
    public async Task ACacheThatIsNotThereIsEmptyAndNotMade()
    {
        Assert.Empty(SandboxCache.List(Cache));
        Assert.Empty((await PruneAsync(new SandboxCachePruning { All = true })).Removed);
        Assert.False(Directory.Exists(Cache));
    }

    [Fact]
    public async Task EveryKindIsListedWithWhatItIsAndTakes()
    {
        var package = await MakeAsync("kernel-packages", ("package", "linux-image 6.1"), []);
        using var lease = await StoredTemplates.Store(Cache).GetAsync(StoredTemplates.Key("one"), StoredTemplates.Maker(), default);

        var entries = SandboxCache.List(Cache);

        Assert.Equal(["kernel-packages", "templates"], entries.Select(entry => entry.Kind));
        Assert.Equal(package, entries[0].Key);
        Assert.Equal("package linux-image 6.1", entries[0].Description);
        Assert.Null(entries[0].LastUsed);
        Assert.True(entries[1].IsInUse);
        Assert.True(entries[1].IsReadable);
        Assert.Contains("name one", entries[1].Description, StringComparison.Ordinal);
        Assert.InRange(entries[1].Size.Bytes, 100_000, 10_000_000);
        Assert.InRange(TimeProvider.System.GetUtcNow() - entries[1].Made, TimeSpan.FromSeconds(-5), TimeSpan.FromMinutes(10));
        Assert.InRange(TimeProvider.System.GetUtcNow() - entries[1].LastUsed!.Value, TimeSpan.FromSeconds(-5), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task PruningKeepsWhatIsCurrentAndOfEachKindTheNewest()
    {
        var (oldPackage, package) = (await MakeAsync("kernel-packages", ("package", "6.0"), []), await MakeAsync("kernel-packages", ("package", "6.1"), []));
        var busybox = await MakeAsync("busybox-packages", ("package", "busybox"), []);
        var (oldKernel, kernel) = (await MakeAsync("kernels", ("release", "6.0"), [("package", oldPackage)]), await MakeAsync("kernels", ("release", "6.1"), [("package", package)]));
        var outdated = await MakeAsync("images", null, [("kernel", oldKernel), ("busybox", busybox)]);
        var older = await MakeAsync("images", null, [("kernel", kernel), ("busybox", busybox), ("agent", "older")]);
        File.SetLastWriteTimeUtc(Path.Combine(Cache, "images", older, CacheManifest.FileName), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1));
        var image = await MakeAsync("images", null, [("kernel", kernel), ("busybox", busybox)]);
        var layer = await MakeAsync("layers", null, [("content", "of a folder")]);
        await File.WriteAllTextAsync(
            Path.Combine(Cache, "current.json"), Current(package, busybox));

        var pruned = await PruneAsync(new SandboxCachePruning());

        Assert.Equal(new[] { oldPackage, oldKernel, outdated, older }.Order(), pruned.Removed.Select(entry => entry.Key).Order());
        Assert.Empty(pruned.InUse);
        Assert.True(pruned.Freed.Bytes > 0);
        Assert.Equal(new[] { package, busybox, kernel, image, layer }.Order(), SandboxCache.List(Cache).Select(entry => entry.Key).Order());
        Assert.Empty((await PruneAsync(new SandboxCachePruning())).Removed);
    }

    [Fact]
    public async Task DamagedEntriesAndDebrisArePruned()
    {
        var package = await MakeAsync("kernel-packages", ("package", "6.1"), []);
        await File.WriteAllTextAsync(Path.Combine(Cache, "current.json"), Current(package));
        await File.WriteAllTextAsync(Path.Combine(Cache, "kernel-packages", package, CacheManifest.FileName), "{");
        (await StoredTemplates.Store(Cache).GetAsync(StoredTemplates.Key("one"), StoredTemplates.Maker(), default)).Dispose();
        File.Delete(Path.Combine(Cache, "templates", StoredTemplates.Key("one").Value, CacheManifest.FileName));
        Directory.CreateDirectory(Path.Combine(Cache, "tmp", "left"));
        Assert.All(SandboxCache.List(Cache), entry => Assert.False(entry.IsReadable));

        var pruned = await PruneAsync(new SandboxCachePruning());

        Assert.Equal(2, pruned.Removed.Count);
        Assert.Empty(SandboxCache.List(Cache));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Cache, "tmp")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Cache, "templates")));
    }

    [Fact]
    public async Task AllButWhatIsInUseGoesWhereThatIsAskedFor()
    {
        var package = await MakeAsync("kernel-packages", ("package", "6.1"), []);
        await File.WriteAllTextAsync(Path.Combine(Cache, "current.json"), Current(package));
        using var used = await StoredTemplates.Store(Cache).GetAsync(StoredTemplates.Key("used"), StoredTemplates.Maker(), default);
        (await StoredTemplates.Store(Cache).GetAsync(StoredTemplates.Key("unused"), StoredTemplates.Maker(), default)).Dispose();

        var pruned = await PruneAsync(new SandboxCachePruning { All = true });

        Assert.Equal(2, pruned.Removed.Count);
        Assert.Equal(used.Entry.Key.Value, Assert.Single(pruned.InUse).Key);
        Assert.Equal(used.Entry.Key.Value, Assert.Single(SandboxCache.List(Cache)).Key);
        Assert.False(File.Exists(Path.Combine(Cache, "current.json")));
    }

    [Fact]
    public async Task TemplatesAloneArePrunedWhereThatIsAskedFor()
    {
        var package = await MakeAsync("kernel-packages", ("package", "6.1"), []);
        (await StoredTemplates.Store(Cache).GetAsync(StoredTemplates.Key("one"), StoredTemplates.Maker(), default)).Dispose();

        await PruneAsync(new SandboxCachePruning { TemplatesOnly = true });
        Assert.Equal(2, SandboxCache.List(Cache).Count);
        await PruneAsync(new SandboxCachePruning { TemplatesOnly = true, All = true });

        Assert.Equal(package, Assert.Single(SandboxCache.List(Cache)).Key);
    }

    private static string Current(params string[] packages) =>
        $"{{\"packages\":{{{string.Join(',', packages.Select((package, index) => $"\"{index}\":\"{package}\""))}}}}}";

    private Task<SandboxCachePruned> PruneAsync(SandboxCachePruning pruning) =>
        SandboxCache.PruneAsync(Cache, pruning, TemplateLimits.Default, new ShiftedClock(TimeSpan.FromMinutes(1)), default);

    private async Task<string> MakeAsync(string kind, (string Name, string Value)? fact, (string Name, string Value)[] inputs)
    {
        var key = new CacheKey(kind, inputs.Length > 0
            ? inputs.ToDictionary(input => input.Name, input => input.Value)
            : new Dictionary<string, string> { ["name"] = "", [fact?.Value ?? "x"] = "" });
        await new CacheEntries(CacheDirectory.Open(Cache), NullLogger.Instance).MakeAsync(
            key,
            async folder =>
            {
                await File.WriteAllTextAsync(Path.Combine(folder, "file"), new string('x', 5000));
                return fact is { } known ? new Dictionary<string, string> { [known.Name] = known.Value } : new Dictionary<string, string>();
            },
            default);
        return key.Value;
    }
}
