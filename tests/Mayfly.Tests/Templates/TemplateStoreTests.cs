using Mayfly.Images.Cache;
using Mayfly.Templates;
using Mayfly.Tests.Chaos;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Templates;

public sealed class TemplateStoreTests : IDisposable
{
    private static readonly TimeSpan _generous = TimeSpan.FromSeconds(60);
    private static readonly CacheKey _key = StoredTemplates.Key("one");
    private readonly TemporaryFolder _folder = new();

    private string Entry => _folder[$"cache/templates/{_key.Value}"];

    private TemplateStore Store => StoredTemplates.Store(_folder["cache"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatWasNeverMadeIsNotFound() => Assert.Null(await Store.FindAsync(_key, default));

    [Fact]
    public async Task ATemplateIsMadeOnceAndFoundWithItsFacts()
    {
        using (var made = await Store.GetAsync(_key, StoredTemplates.Maker(), default))
        {
            Assert.Equal("frozen", await File.ReadAllTextAsync(made.StatePath));
        }

        using var found = await Store.GetAsync(_key, StoredTemplates.Never, default);

        Assert.Equal(Entry, found.Entry.Directory);
        Assert.Equal("6.1\n\0of the guest's", found.Entry.Facts["kernel"]);
        Assert.Equal("", found.Entry.Facts[""]);
        Assert.Equal([TemplateFiles.Memory, TemplateFiles.State], found.Entry.Files.Select(file => file.Path));
        Assert.Equal(StoredTemplates.MemoryBytes, found.Entry.Files[0].Bytes);
    }

    [Fact]
    public async Task NothingButTheTemplateIsLeftAndNobodyElseMayReadIt()
    {
        (await Store.GetAsync(_key, StoredTemplates.Maker(), default)).Dispose();

        Assert.Equal([Entry], Directory.EnumerateFileSystemEntries(_folder["cache/templates"]));
        Assert.Equal(CacheDirectory.Private, File.GetUnixFileMode(Entry));
        Assert.All(
            Directory.EnumerateFiles(Entry),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal(
            ["manifest.json", "memory", "state", "verified"],
            Directory.EnumerateFiles(Entry).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AJustMadeTemplateIsFoundWithoutBeingHashed()
    {
        (await Store.GetAsync(_key, StoredTemplates.Maker(), default)).Dispose();
        using var manifest = Libc.OpenExisting(Path.Combine(Entry, CacheManifest.FileName))!;

        Assert.NotNull(TemplateRecord.Find(Entry, _key, manifest));
    }

    [Theory]
    [InlineData("memory", "flip")]
    [InlineData("memory", "shorten")]
    [InlineData("memory", "fill a hole")]
    [InlineData("memory", "remove")]
    [InlineData("memory", "publish")]
    [InlineData("state", "flip")]
    [InlineData("state", "remove")]
    [InlineData("manifest.json", "flip")]
    [InlineData("manifest.json", "empty")]
    [InlineData("manifest.json", "remove")]
    public async Task ADamagedTemplateIsNotFoundAndMadeAgain(string file, string how)
    {
        (await Store.GetAsync(_key, StoredTemplates.Maker(), default)).Dispose();
        Damage(Path.Combine(Entry, file), how);

        Assert.Null(await Store.FindAsync(_key, default));
        using (var again = await Store.GetAsync(_key, StoredTemplates.Maker("again"), default))
        {
            Assert.Equal("again", await File.ReadAllTextAsync(again.StatePath));
        }

        using var found = await Store.GetAsync(_key, StoredTemplates.Never, default);
        Assert.Equal([Entry], Directory.EnumerateFileSystemEntries(_folder["cache/templates"]));
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("empty")]
    [InlineData("shorten")]
    [InlineData("remove")]
    public async Task ADamagedRecordCostsAVerificationAndNoMore(string how)
    {
        (await Store.GetAsync(_key, StoredTemplates.Maker(), default)).Dispose();
        Damage(TemplateRecord.PathOf(Entry), how);

        // By a clock for which the files' last change is past.
        using var found = await StoredTemplates.Store(_folder["cache"], time: new ShiftedClock(TimeSpan.FromMinutes(1))).GetAsync(_key, StoredTemplates.Never, default);

        Assert.NotNull(TemplateRecord.Find(Entry, _key, found.Hold));
    }

    [Fact]
    public async Task ATouchedTemplateIsVerifiedAgain()
    {
        (await Store.GetAsync(_key, StoredTemplates.Maker(), default)).Dispose();
        File.SetLastWriteTimeUtc(Path.Combine(Entry, TemplateFiles.Memory), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1));
        using (var manifest = Libc.OpenExisting(Path.Combine(Entry, CacheManifest.FileName))!)
        {
            Assert.Null(TemplateRecord.Find(Entry, _key, manifest));
        }

        using var found = await Store.FindAsync(_key, default);

        Assert.NotNull(found);
    }

    [Fact]
    public async Task AManifestOfAnotherKeyIsNone()
    {
        var other = StoredTemplates.Key("two");
        (await Store.GetAsync(other, StoredTemplates.Maker(), default)).Dispose();
        Directory.Move(_folder[$"cache/templates/{other.Value}"], Entry);
        File.Delete(TemplateRecord.PathOf(Entry));

        Assert.Null(await Store.FindAsync(_key, default));
    }

    [Fact]
    public async Task ManyWhoWantTheSameMakeItOnce()
    {
        var made = 0;
        var leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.GetAsync(
            _key,
            folder =>
            {
                Interlocked.Increment(ref made);
                return StoredTemplates.Maker()(folder);
            },
            default)))).WaitAsync(_generous);

        Assert.Equal(1, made);
        Assert.All(leases, lease => lease.Dispose());
        Assert.Equal([Entry], Directory.EnumerateFileSystemEntries(_folder["cache/templates"]));
    }

    [Fact]
    public async Task MakersOfOtherKeysAreNotHeldUpAndWaitersMayGiveUp()
    {
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var slow = Task.Run(() => Store.GetAsync(
            _key,
            async folder =>
            {
                begun.SetResult();
                await go.Task;
                return await StoredTemplates.Maker()(folder);
            },
            default));
        await begun.Task.WaitAsync(_generous);

        (await Store.GetAsync(StoredTemplates.Key("two"), StoredTemplates.Maker(), default).WaitAsync(_generous)).Dispose();
        using var cancellation = new CancellationTokenSource();
        var waiter = Store.GetAsync(_key, StoredTemplates.Never, cancellation.Token);
        Assert.False(waiter.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter.WaitAsync(_generous));

        go.SetResult();
        (await slow.WaitAsync(_generous)).Dispose();
        (await Store.GetAsync(_key, StoredTemplates.Never, default).WaitAsync(_generous)).Dispose();
    }

    [Fact]
    public async Task TheTurnOfAKilledMakerIsFree()
    {
        Directory.CreateDirectory(_folder["cache/templates"], CacheDirectory.Private);
        using var maker = await ForeignLock.TakeAsync(Entry + ".lock", shared: false);
        var waiting = new TaskCompletionSource();
        var waiter = TemplateLock.TakeAsync(Entry + ".lock", waiting.SetResult, default);
        await waiting.Task.WaitAsync(_generous);
        Assert.Null(TemplateLock.TryTake(Entry + ".lock"));
        Assert.False(waiter.IsCompleted);

        maker.Kill();

        (await waiter.WaitAsync(_generous)).Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["cache/templates"]));
    }

    [Fact]
    public async Task ATemplateIsFoundWhileSomebodyLooksWhetherItIsInUse()
    {
        (await Store.GetAsync(_key, StoredTemplates.Maker(), default)).Dispose();
        using var looker = await ForeignLock.TakeAsync(Path.Combine(Entry, CacheManifest.FileName), shared: false);
        var finding = Store.FindAsync(_key, default);
        Assert.False(finding.IsCompleted);

        looker.Kill();

        using var found = await finding.WaitAsync(_generous);
        Assert.NotNull(found);
    }

    [Fact]
    public async Task AMakerThatFailsLeavesNothing()
    {
        var failure = new SandboxBootException("MAY2001", "it did not come up", "");

        var thrown = await Assert.ThrowsAsync<SandboxBootException>(() => Store.GetAsync(
            _key,
            async folder =>
            {
                await StoredTemplates.Maker()(folder);
                throw failure;
            },
            default));

        Assert.Same(failure, thrown);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["cache/templates"]));
        (await Store.GetAsync(_key, StoredTemplates.Maker(), default)).Dispose();
    }

    [Fact]
    public async Task WhatDeadMakersLeftIsClearedByTheNextOne()
    {
        Directory.CreateDirectory(_folder["cache/templates"], CacheDirectory.Private);
        foreach (var debris in new[] { ".abc.new", ".def.old", "" })
        {
            Directory.CreateDirectory(Entry + debris);
            await File.WriteAllTextAsync(Path.Combine(Entry + debris, TemplateFiles.Memory), "half");
        }

        await File.WriteAllTextAsync(Entry + ".lock", "");
        (await Store.GetAsync(_key, StoredTemplates.Maker(), default)).Dispose();

        Assert.Equal([Entry], Directory.EnumerateFileSystemEntries(_folder["cache/templates"]));
    }

    [Fact]
    public async Task ADiscardedTemplateIsMadeAgain()
    {
        using (var bad = await Store.GetAsync(_key, StoredTemplates.Maker(), default))
        {
            Store.Discard(bad);
            Assert.Null(await Store.FindAsync(_key, default));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["cache/templates"]));
        (await Store.GetAsync(_key, StoredTemplates.Maker(), default)).Dispose();
    }

    [Fact]
    public async Task ADiscardedTemplateStaysForThoseWhoUseItAndIsNotFoundByOthers()
    {
        using var bad = await Store.GetAsync(_key, StoredTemplates.Maker(), default);
        using var user = await Store.FindAsync(_key, default);
        Store.Discard(bad);

        Assert.True(File.Exists(user!.MemoryPath));
        Assert.Null(await Store.FindAsync(_key, default));
    }

    [Fact]
    public async Task ATemplateThatWasMadeAnewIsNotDiscarded()
    {
        using var bad = await Store.GetAsync(_key, StoredTemplates.Maker(), default);
        using var user = await Store.FindAsync(_key, default);
        Store.Discard(bad);
        (await Store.GetAsync(_key, StoredTemplates.Maker("anew"), default)).Dispose();

        Store.Discard(user!);

        using var found = await Store.GetAsync(_key, StoredTemplates.Never, default);
        Assert.Equal("anew", await File.ReadAllTextAsync(found.StatePath));
    }

    [RootFact]
    public async Task AFullDiskIsAnErrorWithARemedyAndLeavesNothing()
    {
        using var disk = new SmallDisk("size=1m");
        var store = StoredTemplates.Store(Path.Combine(disk.Directory, "cache"));

        var exception = await Assert.ThrowsAsync<SandboxImageException>(() => store.GetAsync(_key, StoredTemplates.Maker(dataBytes: 4_000_000), default));

        Assert.Equal("MAY5004", exception.Code);
        Assert.Contains("mayfly cache prune", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(disk.Directory, "cache/templates")));
    }

    [RootFact]
    public async Task AMonitorThatDiesOfAFullDiskIsSaidToHave()
    {
        using var disk = new SmallDisk("size=1m");
        var store = StoredTemplates.Store(Path.Combine(disk.Directory, "cache"));

        var exception = await Assert.ThrowsAsync<SandboxImageException>(() => store.GetAsync(
            _key,
            async folder =>
            {
                await Assert.ThrowsAsync<IOException>(() => StoredTemplates.Maker(dataBytes: 4_000_000)(folder));
                throw new SandboxBootException("MAY2001", "the monitor was killed by SIGBUS", "");
            },
            default));

        Assert.Equal("MAY5004", exception.Code);
        Assert.Contains("SIGBUS", exception.Message, StringComparison.Ordinal);
    }

    private static void Damage(string path, string how)
    {
        switch (how)
        {
            case "remove":
                File.Delete(path);
                return;
            case "publish":
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherRead);
                return;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        switch (how)
        {
            case "flip":
                var place = RandomAccess.GetLength(file) > 5 * 1024 * 1024 ? 5 * 1024 * 1024 : RandomAccess.GetLength(file) / 2;
                var flipped = new byte[1];
                _ = RandomAccess.Read(file, flipped, place);
                flipped[0] ^= 1;
                RandomAccess.Write(file, flipped, place);
                break;
            case "shorten":
                RandomAccess.SetLength(file, RandomAccess.GetLength(file) - 1);
                break;
            case "fill a hole":
                RandomAccess.Write(file, [1], 40 * 1024 * 1024);
                break;
            case "empty":
                RandomAccess.SetLength(file, 0);
                break;
            default:
                throw new ArgumentException(how, nameof(how));
        }
    }
}
