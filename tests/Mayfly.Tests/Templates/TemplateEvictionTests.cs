using Mayfly.Images.Cache;
using Mayfly.Templates;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Templates;

public sealed class TemplateEvictionTests : IDisposable
{
    private const int DataBytes = 1_000_000;
    private readonly TemporaryFolder _folder = new();

    private IEnumerable<string> Left => Directory.EnumerateFileSystemEntries(_folder["cache/templates"]).Select(path => Path.GetFileName(path)!);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatWasUsedLastIsKeptAsFarAsThereIsRoom()
    {
        var limits = new TemplateLimits(new ByteSize(5 * DataBytes / 2), TimeSpan.FromDays(30));
        await MakeAsync("first", TimeSpan.Zero, limits);
        await MakeAsync("second", TimeSpan.FromHours(2), limits);
        await UseAsync("first", TimeSpan.FromHours(4), limits);
        await MakeAsync("third", TimeSpan.FromHours(6), limits);

        Assert.Equal(Names("first", "third"), Left.Order());
    }

    [Fact]
    public async Task AUseWithinTheHourIsNotWrittenDown()
    {
        await MakeAsync("one", TimeSpan.Zero, TemplateLimits.Default);
        var made = LastUse("one");

        await UseAsync("one", TimeSpan.FromMinutes(59), TemplateLimits.Default);
        Assert.Equal(made, LastUse("one"));
        await UseAsync("one", TimeSpan.FromMinutes(61), TemplateLimits.Default);
        Assert.InRange(LastUse("one"), made + TimeSpan.FromMinutes(60), made + TimeSpan.FromMinutes(70));
        await UseAsync("one", TimeSpan.Zero, TemplateLimits.Default);
        Assert.InRange(LastUse("one"), made, made + TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task WhatNobodyHasUsedForLongGoes()
    {
        await MakeAsync("old", TimeSpan.FromDays(-31), TemplateLimits.Default);
        File.SetLastWriteTimeUtc(TemplateRecord.PathOf(Entry("old")), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-31));
        await MakeAsync("new", TimeSpan.Zero, TemplateLimits.Default);

        Assert.Equal(Names("new"), Left);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhatIsInUseStaysWhateverTheLimits(bool byAnotherProcess)
    {
        await MakeAsync("used", TimeSpan.Zero, TemplateLimits.Default);
        await MakeAsync("unused", TimeSpan.Zero, TemplateLimits.Default);
        var eviction = Eviction();
        using (byAnotherProcess
            ? await ForeignLock.TakeAsync(Path.Combine(Entry("used"), CacheManifest.FileName), shared: true)
            : (IDisposable)(await Store(TimeSpan.Zero, TemplateLimits.Default).FindAsync(StoredTemplates.Key("used"), default))!)
        {
            var (removed, inUse) = eviction.Run(TemplateLimits.None, TimeProvider.System.GetUtcNow().AddMinutes(1));

            Assert.Equal(StoredTemplates.Key("unused").Value, Assert.Single(removed).Key);
            Assert.Equal(StoredTemplates.Key("used").Value, Assert.Single(inUse).Key);
            Assert.Equal(Names("used"), Left);
        }

        eviction.Run(TemplateLimits.None, TimeProvider.System.GetUtcNow().AddMinutes(1));
        Assert.Empty(Left);
    }

    [Fact]
    public async Task WhatIsBeingMadeStaysAndWhatDeadMakersLeftGoes()
    {
        var shelf = new TemplateShelf(CacheDirectory.Open(_folder["cache"]));
        Directory.CreateDirectory(shelf.Path, CacheDirectory.Private);
        var (living, dead) = (StoredTemplates.Key("living").Value, StoredTemplates.Key("dead").Value);
        var work = shelf.NewPlaceOf(living);
        Directory.CreateDirectory(work);
        Directory.CreateDirectory(shelf.NewPlaceOf(dead));
        await File.WriteAllTextAsync(shelf.LockOf(dead), "");
        Directory.CreateDirectory(shelf.EntryOf(dead));
        using (TemplateLock.TryTake(shelf.LockOf(living)))
        {
            Eviction().Run(TemplateLimits.None, TimeProvider.System.GetUtcNow().AddMinutes(1));

            Assert.Equal(new[] { Path.GetFileName(work), living + ".lock" }.Order(), Left.Order());
        }
    }

    [Fact]
    public async Task DebrisBesideATemplateThatStaysGoes()
    {
        await MakeAsync("one", TimeSpan.Zero, TemplateLimits.Default);
        Directory.CreateDirectory(Entry("one") + ".x.old");

        Eviction().Run(TemplateLimits.Default, TimeProvider.System.GetUtcNow());

        Assert.Equal(Names("one"), Left);
    }

    [Fact]
    public async Task ARunningReaderKeepsWhatItHasOpen()
    {
        await MakeAsync("one", TimeSpan.Zero, TemplateLimits.Default);
        using var open = File.OpenHandle(Path.Combine(Entry("one"), TemplateFiles.State));

        Assert.True(Eviction().TryRemove(StoredTemplates.Key("one").Value));

        Assert.Equal("frozen".Length, RandomAccess.GetLength(open));
        Assert.Empty(Left);
    }

    [Theory]
    [InlineData("MAYFLY_TEMPLATES_SIZE", "lots", "a size such as 2G")]
    [InlineData("MAYFLY_TEMPLATES_DAYS", "-1", "a whole number of days")]
    [InlineData("MAYFLY_TEMPLATES_DAYS", "99999999999", "a whole number of days")]
    public void ALimitThatMakesNoSenseIsRefused(string variable, string value, string wanted)
    {
        var exception = Assert.Throws<SandboxConfigurationException>(() => TemplateLimits.FromEnvironment(name => name == variable ? value : null));

        Assert.Equal("MAY1001", exception.Code);
        Assert.Contains($"{variable} is '{value}', but must be {wanted}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheEnvironmentSetsTheLimits()
    {
        Assert.Equal(TemplateLimits.Default, TemplateLimits.FromEnvironment(_ => ""));
        Assert.Equal(
            new TemplateLimits(ByteSize.GiB(2), TimeSpan.FromDays(7)),
            TemplateLimits.FromEnvironment(name => name == "MAYFLY_TEMPLATES_SIZE" ? "2G" : "7"));
    }

    private static IEnumerable<string> Names(params string[] names) => names.Select(name => StoredTemplates.Key(name).Value).Order();

    private string Entry(string name) => _folder[$"cache/templates/{StoredTemplates.Key(name).Value}"];

    private DateTimeOffset LastUse(string name) => StoredTemplate.LastUse(Entry(name));

    private TemplateStore Store(TimeSpan later, TemplateLimits limits) => StoredTemplates.Store(_folder["cache"], limits, new ShiftedClock(later));

    private TemplateEviction Eviction() =>
        new(new TemplateShelf(CacheDirectory.Open(_folder["cache"])), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    private async Task MakeAsync(string name, TimeSpan later, TemplateLimits limits) =>
        (await Store(later, limits).GetAsync(StoredTemplates.Key(name), StoredTemplates.Maker(dataBytes: DataBytes), default)).Dispose();

    private async Task UseAsync(string name, TimeSpan later, TemplateLimits limits) =>
        (await Store(later, limits).GetAsync(StoredTemplates.Key(name), StoredTemplates.Never, default)).Dispose();
}
