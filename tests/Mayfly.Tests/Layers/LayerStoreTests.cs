using Mayfly.Layers;
using Mayfly.Native;

namespace Mayfly.Tests.Layers;

public sealed class LayerStoreTests : IDisposable
{
    private readonly LayerFolder _folder = new LayerFolder().With("a", "one").With("sub/b", "two");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheSameContentMakesTheSameImageWhereverAndWheneverItIs()
    {
        using var other = new LayerFolder().With("sub/b", "two").With("a", "one");
        File.SetLastWriteTimeUtc(other["a"], DateTime.UnixEpoch);

        var image = await _folder.MakeAsync();
        var second = await other.MakeAsync();

        Assert.Equal(image.Digest, second.Digest);
        Assert.NotEqual(image.Path, second.Path);
        Assert.Equal(await File.ReadAllBytesAsync(image.Path), await File.ReadAllBytesAsync(second.Path));
    }

    [Fact]
    public async Task AnImageIsMadeOnceAndLeavesNothingElseBehind()
    {
        var image = await _folder.MakeAsync();
        var written = File.GetLastWriteTimeUtc(image.Path);

        var again = await _folder.MakeAsync(SandboxLayer.FromFolder(_folder.Path, "/elsewhere"));

        Assert.Equal(image.Path, again.Path);
        Assert.Equal(written, File.GetLastWriteTimeUtc(again.Path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Cache.Temporary));
    }

    [Fact]
    public async Task ADamagedImageIsNoticedAndMadeAgain()
    {
        var image = await _folder.MakeAsync();
        var content = await File.ReadAllBytesAsync(image.Path);
        await _folder.MakeAsync();
        File.WriteAllBytes(image.Path, [.. content.Select((value, index) => index == 2000 ? (byte)~value : value)]);

        var mended = await _folder.MakeAsync();

        Assert.Equal(image.Path, mended.Path);
        Assert.Equal(content, await File.ReadAllBytesAsync(mended.Path));
    }

    [Fact]
    public async Task EveryChangeOfTheTreeMakesAnotherLayer()
    {
        var digests = new List<string> { await _folder.DigestAsync() };
        foreach (var change in (Action[])
            [
                () => _folder.With("a", "One"),
                () => File.SetUnixFileMode(_folder["a"], UnixFileMode.UserRead | UnixFileMode.UserExecute),
                () => File.Move(_folder["a"], _folder["c"]),
                () => File.CreateSymbolicLink(_folder["link"], "c"),
                () => { File.Delete(_folder["link"]); File.CreateSymbolicLink(_folder["link"], "d"); },
                () => Directory.CreateDirectory(_folder["empty"]),
                () => File.Copy(_folder["c"], _folder["second"]),
                () => { File.Delete(_folder["second"]); FileCalls.MakeOtherName(_folder["c"], _folder["second"]); },
            ])
        {
            change();
            digests.Add(await _folder.DigestAsync());
        }

        Assert.Equal(digests.Count, digests.Distinct().Count());
    }

    [Fact]
    public async Task AFileThatChangesAndKeepsItsLengthAndItsTimeIsNoticed()
    {
        File.SetLastWriteTimeUtc(_folder["a"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var image = await _folder.Store(new ClockAhead()).GetAsync(SandboxLayer.FromFolder(_folder.Path, "/opt/x"), null, default);
        Assert.True(Directory.Exists(Path.Combine(_folder.Cache.Path, "layer-files")));
        _folder.With("a", "eno");
        File.SetLastWriteTimeUtc(_folder["a"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.NotEqual(image.Digest, (await _folder.MakeAsync()).Digest);
    }

    [Fact]
    public async Task AFileThatKeepsChangingWhileItIsReadIsAnErrorAndMakesNoImage()
    {
        var source = new HostLayerSource("the folder", () =>
        {
            var list = FolderList.Read(_folder.Path);
            File.AppendAllText(_folder["a"], "more");
            return list;
        });

        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(
            () => _folder.Store().GetAsync(SandboxLayer.FromFolder(_folder.Path, "/x"), source, null, default));

        Assert.Equal("MAY1018", exception.Code);
        Assert.Contains("has changed while it was read", exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Cache.Path, LayerStore.Kind)));
    }

    [Fact]
    public async Task AFileThatChangesOnceIsReadAgain()
    {
        var isFirst = true;
        var source = new HostLayerSource("the folder", () =>
        {
            var list = FolderList.Read(_folder.Path);
            if (isFirst)
            {
                File.AppendAllText(_folder["a"], "more");
            }

            isFirst = false;
            return list;
        });

        var image = await _folder.Store().GetAsync(SandboxLayer.FromFolder(_folder.Path, "/x"), source, null, default);

        Assert.Equal((await _folder.MakeAsync()).Digest, image.Digest);
    }

    [Fact]
    public async Task AChangeBetweenReadingAndCopyingIsNoticed()
    {
        var source = LayerSource.Of(SandboxLayer.FromFolder(_folder.Path, "/x"));
        await source.ReadAsync(FileDigests.Load(_folder.Cache, "nothing", TimeProvider.System.GetUtcNow()), default);
        _folder.With("sub/b", "owt");

        await Assert.ThrowsAsync<LayerChangedException>(() => source.CopyAsync(Made("copy"), Made("scratch"), default));
    }

    [Fact]
    public async Task AFileThatWasReplacedByItsEqualIsNotTheOneThatWasRead()
    {
        var source = LayerSource.Of(SandboxLayer.FromFolder(_folder.Path, "/x"));
        await source.ReadAsync(FileDigests.Load(_folder.Cache, "nothing", TimeProvider.System.GetUtcNow()), default);
        File.Copy(_folder["a"], _folder.Beside("equal"));
        File.Move(_folder.Beside("equal"), _folder["a"], overwrite: true);

        await Assert.ThrowsAsync<LayerChangedException>(() => source.CopyAsync(Made("copy"), Made("scratch"), default));
    }

    [Fact]
    public async Task AnImageIsKnownByItsBytesWhetherItWasMadeFoundOrRemembered()
    {
        var layer = SandboxLayer.FromFolder(_folder.Path, "/x");
        var images = new List<LayerImage>();
        for (var round = 0; round < 3; round++)
        {
            images.Add(await _folder.Store(new ClockAhead()).GetAsync(layer, null, default));
        }

        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(images[0].Path)));
        Assert.All(images, image => Assert.Equal(digest, image.Digest));
    }

    [Fact]
    public async Task APlanKeepsItsImagesAndNoticesThatOneIsNotTheSameAnyMore()
    {
        var image = await _folder.MakeAsync();
        var entry = Path.GetDirectoryName(image.Path)!;
        var plan = new LayerPlan([image]);
        var now = new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.True(plan.Touch(now));
        Assert.Equal(now.UtcDateTime, Directory.GetLastWriteTimeUtc(entry));

        File.Copy(image.Path, _folder.Beside("image"));
        File.Move(_folder.Beside("image"), image.Path, overwrite: true);
        Assert.False(plan.Touch(now));

        Directory.Delete(entry, recursive: true);
        Assert.False(plan.Touch(now));
    }

    [Fact]
    public async Task ASlotHasItsSizeWhateverIsInIt()
    {
        var layer = SandboxLayer.FromFolder(_folder.Path, "/x");

        var slot = await _folder.MakeAsync(layer with { Slot = new ByteSize(1_000_000) });
        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(
            () => _folder.With("large", new string('x', 10_000)).MakeAsync(layer with { Slot = ByteSize.KiB(4) }));

        Assert.Equal(1_003_520, new FileInfo(slot.Path).Length);
        Assert.NotEqual((await _folder.MakeAsync()).Digest, slot.Digest);
        Assert.Equal("MAY1018", exception.Code);
        Assert.Contains("than its slot of 4 KiB holds", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Cache.Temporary));
    }

    [Fact]
    public async Task ManyLayersStayForTheMachineThatIsAboutToStart()
    {
        var images = new List<LayerImage>();
        for (var number = 0; number < 16; number++)
        {
            images.Add(await _folder.With("a", $"{number}").MakeAsync());
        }

        Assert.All(images, image => Assert.True(File.Exists(image.Path)));
    }

    private string Made(string name) => Directory.CreateDirectory(_folder.Beside(name)).FullName;

    /// <summary>A clock by which all files have been as they are for long enough to be remembered.</summary>
    private sealed class ClockAhead : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromSeconds(3);
    }
}
