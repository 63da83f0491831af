using System.Formats.Tar;
using System.Text;
using Mayfly.Protocol;
using Mayfly.Session.Transfers;

namespace Mayfly.Tests.Session.Transfers;

public sealed class TarSinkTests
{
    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Program = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ATreeIsMergedIntoWhatIsThere(bool useOpenAt2)
    {
        using var target = new PullTarget { UseOpenAt2 = useOpenAt2 };
        Directory.CreateDirectory(target["d"]);
        await File.WriteAllTextAsync(target["d/kept"], "kept");
        await File.WriteAllTextAsync(target["d/replaced"], "old");

        var outcome = await target.ExtractAsync(
            RawTar.Tree().Directory("d").File("d/replaced", "new").Directory("d/e/").File("d/e/deep").Link("l", "d/e/deep").Link("d/e/up", "../../l").ToArray());

        Assert.Equal(new TransferOutcome(7, 8, 0), outcome);
        Assert.Equal("kept", await File.ReadAllTextAsync(target["d/kept"]));
        Assert.Equal("new", await File.ReadAllTextAsync(target["d/replaced"]));
        Assert.Equal("guest", await File.ReadAllTextAsync(target["l"]));
        Assert.Equal("guest", await File.ReadAllTextAsync(target["d/e/up"]));
        target.AssertNothingElseChanged();
    }

    [Fact]
    public async Task ModesBecomePlainOrProgramAndSetIdBitsVanish()
    {
        using var target = new PullTarget();

        await target.ExtractAsync(RawTar.Tree().File("program", mode: 0xfff).File("plain", mode: 0xe00 | 0x36).File("hidden", mode: 0).ToArray());

        Assert.Equal(Program & ~ProcessUmask.Value, File.GetUnixFileMode(target["program"]));
        Assert.Equal(Plain & ~ProcessUmask.Value, File.GetUnixFileMode(target["plain"]));
        Assert.Equal(Plain & ~ProcessUmask.Value, File.GetUnixFileMode(target["hidden"]));
    }

    [Fact]
    public async Task TimesKeepTheirFractionAndStayBetweenTheEpochAndNow()
    {
        using var target = new PullTarget();
        var begun = TimeProvider.System.GetUtcNow();

        await target.ExtractAsync(RawTar.Tree()
            .Pax(("mtime", "1700000000.1234567")).File("exact")
            .Pax(("mtime", "99999999999")).File("future")
            .Pax(("mtime", "-5")).File("past")
            .Pax(("mtime", "soon")).File("nonsense").ToArray());

        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1700000000).AddTicks(1234567), File.GetLastWriteTimeUtc(target["exact"]));
        Assert.InRange(File.GetLastWriteTimeUtc(target["future"]), begun.UtcDateTime.AddSeconds(-1), begun.UtcDateTime.AddMinutes(5));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(target["past"]));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(target["nonsense"]));
    }

    [Theory]
    [InlineData("renamed", "renamed")]
    [InlineData("new/deep/renamed", "new/deep/renamed")]
    [InlineData("into/", "into/pulled")]
    [InlineData("", "pulled")]
    public async Task AFileRootLandsWhereItWasSent(string path, string expected)
    {
        using var target = new PullTarget();

        var outcome = await target.ExtractAsync(new RawTar().File(".", "content").ToArray(), Path.Combine(target.Path, path));

        Assert.Equal(new TransferOutcome(1, 7, 0), outcome);
        Assert.Equal("content", await File.ReadAllTextAsync(target[expected]));
        target.AssertNothingElseChanged();
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    public async Task AFileRootWithoutANameOfItsOwnNeedsOne(string name)
    {
        using var target = new PullTarget();

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() =>
            target.ExtractAsync(new RawTar().File(".").ToArray(), target.Path, name));

        Assert.Equal("MAY3010", exception.Code);
        target.AssertNothingElseChanged();
    }

    [Fact]
    public async Task WhatTheFrameworksWriterWritesIsRead()
    {
        using var target = new PullTarget();
        var longName = $"{new string('a', 120)}/{new string('ü', 110)}";
        var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, "."));
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, new string('a', 120)));
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, longName) { DataStream = new MemoryStream("content"u8.ToArray()) });
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = longName });
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "empty"));
        }

        var outcome = await target.ExtractAsync(tar.ToArray());

        Assert.Equal(5, outcome.Entries);
        Assert.Equal("content", await File.ReadAllTextAsync(target[longName]));
        Assert.Equal("content", await File.ReadAllTextAsync(target["link"]));
        Assert.Equal(0, new FileInfo(target["empty"]).Length);
    }

    [Fact]
    public async Task ADirectoryInAFilesPlaceIsNotReplaced()
    {
        using var target = new PullTarget();
        Directory.CreateDirectory(target["d/inside"]);

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() => target.ExtractAsync(RawTar.Tree().File("d").ToArray()));

        Assert.Equal("MAY3014", exception.Code);
        Assert.True(Directory.Exists(target["d/inside"]));
        target.AssertNothingElseChanged();
    }

    [Theory]
    [InlineData("/proc/mayfly/out")]
    [InlineData("/dev/null/out")]
    public async Task AHostThatCannotBeWrittenIsNamed(string place)
    {
        using var target = new PullTarget();

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() => target.ExtractAsync(RawTar.Tree().File("f").ToArray(), place));

        Assert.Equal("MAY3014", exception.Code);
        Assert.Contains(place, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OddButHarmlessNamesAreKept()
    {
        using var target = new PullTarget();
        string[] names = ["...", "..a", "a..", " ", "new\nline", "-rf", "*", "~", new string('n', 255)];
        var tar = RawTar.Tree();
        foreach (var name in names)
        {
            tar.Pax(("path", name)).File("x");
        }

        await target.ExtractAsync(tar.ToArray());

        Assert.Equal(names.Order(StringComparer.Ordinal), Directory.GetFiles(target.Path).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task DirectoriesMayBeThousandDeep()
    {
        using var target = new PullTarget();
        var tar = RawTar.Tree();
        var path = new StringBuilder();
        for (var depth = 0; depth < 1000; depth++)
        {
            path.Append(depth == 0 ? "d" : "/d");
            tar.Pax(("path", path.ToString())).Directory("x");
        }

        var outcome = await target.ExtractAsync(tar.Pax(("path", $"{path}/f")).File("x").ToArray());

        Assert.Equal(1002, outcome.Entries);
        Assert.True(File.Exists(target[$"{path}/f"]));
    }
}
