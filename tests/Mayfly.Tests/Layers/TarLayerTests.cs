using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Mayfly.Layers;
using Mayfly.Native;

namespace Mayfly.Tests.Layers;

public sealed class TarLayerTests : IDisposable
{
    private const UnixFileMode Shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly LayerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TarEntryFormat.Pax, true)]
    [InlineData(TarEntryFormat.Pax, false)]
    [InlineData(TarEntryFormat.Gnu, true)]
    [InlineData(TarEntryFormat.Ustar, false)]
    public async Task AnArchiveMakesTheLayerOfTheFolderItWasMadeOf(TarEntryFormat format, bool isCompressed)
    {
        _folder.With("a", "one").With("sub/b", "two");
        File.CreateSymbolicLink(_folder["sub/link"], "../a");
        var archive = Write("x.tar", format, isCompressed, writer => writer.WriteEntry(_folder.Path, "./"), writer => AddTree(writer, _folder.Path, "."));

        var image = await _folder.MakeAsync(archive);
        var expected = await _folder.MakeAsync();

        Assert.Equal(expected.Digest, image.Digest);
        await File.WriteAllBytesAsync(_folder.Beside("copy"), await File.ReadAllBytesAsync(image.Path));
        Directory.Delete(Path.GetDirectoryName(image.Path)!, recursive: true);
        Assert.Equal(await File.ReadAllBytesAsync(_folder.Beside("copy")), await File.ReadAllBytesAsync((await _folder.MakeAsync(archive)).Path));
    }

    [Fact]
    public async Task LaterEntriesReplaceEarlierOnesAndOtherNamesShareAFile()
    {
        _folder.With("a", "new").With("folder/b", "b");
        foreach (var file in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(file, Shared);
        }

        FileCalls.MakeOtherName(_folder["folder/b"], _folder["other"]);
        var archive = Write(
            "x.tar",
            TarEntryFormat.Pax,
            false,
            Ordinary("a", "old, and longer"),
            Ordinary("folder/b", "b"),
            Ordinary("a", "new"),
            writer => writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "other") { LinkName = "folder/b", Mode = Shared }));

        // Which of two names is the first differs between them, and so does the digest; the content does not.
        Assert.Equal("newbb", await ReadAsync(await _folder.MakeAsync(archive)));
        Assert.Equal("newbb", await ReadAsync(await _folder.MakeAsync()));
    }

    [Theory]
    [InlineData("../escape", "outside the layer")]
    [InlineData("a/../../escape", "outside the layer")]
    [InlineData("link/escape", "lies behind 'link'")]
    [InlineData("file/escape", "lies behind 'file'")]
    [InlineData("folder", "comes twice")]
    public async Task WhatWouldLandElsewhereIsRefused(string name, string why) => await ExpectRefusalAsync(
        why,
        Ordinary("file", "x"),
        writer => writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "/etc" }),
        writer => writer.WriteEntry(new PaxTarEntry(TarEntryType.Directory, "folder")),
        Ordinary(name, "hostile"));

    [Fact]
    public async Task DevicesAndNamesOfNothingAreRefused()
    {
        await ExpectRefusalAsync("is a device", writer => writer.WriteEntry(new PaxTarEntry(TarEntryType.CharacterDevice, "null") { DeviceMajor = 1, DeviceMinor = 3 }));
        await ExpectRefusalAsync("which no file before it has", writer => writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "x") { LinkName = "/etc/passwd" }));
    }

    [Fact]
    public async Task PathsAndTargetsThatNoFileSystemHasAreRefused()
    {
        var deep = string.Join('/', Enumerable.Repeat("a", 200_000));

        await ExpectRefusalAsync("has more than 3072 bytes", Ordinary(deep, "x"));
        await ExpectRefusalAsync("has more than 3072 bytes", Ordinary(new string('x', 256), "x"));
        await ExpectRefusalAsync("the target of its link", writer => writer.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = new string('x', 4096) }));
        await ExpectRefusalAsync("which no file before it has", Ordinary("x", "x"), writer => writer.WriteEntry(new PaxTarEntry(TarEntryType.HardLink, "x") { LinkName = "x" }));
    }

    [Theory]
    [InlineData('0', 0, "mtime", "no tar archive that can be read")]
    [InlineData('2', 0, "", "the target of its link")]
    [InlineData('x', 64 * 1024 * 1024, "", "bytes of headers")]
    [InlineData('L', 64 * 1024 * 1024, "", "bytes of headers")]
    public async Task HeadersThatNoWriterMakesAreRefused(char type, int bytes, string absurd, string why)
    {
        using (var stream = new GZipStream(File.Create(_folder.Beside("y.tar")), CompressionLevel.Fastest))
        {
            await stream.WriteAsync(Header(type, bytes, absurd.Length > 0));
            await stream.WriteAsync(new byte[bytes + 1024]);
        }

        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() => _folder.MakeAsync(SandboxLayer.FromTar(_folder.Beside("y.tar"), "/x")));

        Assert.Equal("MAY1018", exception.Code);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EntriesThatReplaceEachOtherCountToo()
    {
        var contents = new TarContents("the archive");
        contents.Add(new PaxTarEntry(TarEntryType.Directory, "a"), LayerTree.MostEntries - 1);

        var exception = Assert.Throws<SandboxConfigurationException>(() => contents.Add(new PaxTarEntry(TarEntryType.Directory, "a"), LayerTree.MostEntries));

        Assert.Equal("MAY1018", exception.Code);
    }

    [Fact]
    public async Task WhatIsNoArchiveOrHalfOfOneIsRefused()
    {
        var whole = Write("x.tar", TarEntryFormat.Pax, true, Ordinary("a", new string('x', 100_000)));
        var bytes = await File.ReadAllBytesAsync(whole.Path);
        foreach (var content in (byte[][])[Encoding.ASCII.GetBytes(new string('x', 2000)), bytes[..(bytes.Length / 2)], [0x1f, 0x8b, 8, 0]])
        {
            await File.WriteAllBytesAsync(_folder.Beside("y.tar"), content);

            var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() => _folder.MakeAsync(SandboxLayer.FromTar(_folder.Beside("y.tar"), "/x")));

            Assert.Equal("MAY1018", exception.Code);
        }
    }

    private async Task ExpectRefusalAsync(string why, params Action<TarWriter>[] entries)
    {
        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() => _folder.MakeAsync(Write("x.tar", TarEntryFormat.Pax, false, entries)));

        Assert.Equal("MAY1018", exception.Code);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder.Cache.Path, LayerStore.Kind)));
    }

    private async Task<string> ReadAsync(LayerImage image)
    {
        var copy = _folder.Beside(Path.GetRandomFileName());
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("fsck.erofs", [$"--extract={copy}", image.Path]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return string.Concat(await Task.WhenAll(((string[])["a", "folder/b", "other"]).Select(name => File.ReadAllTextAsync(Path.Combine(copy, name)))));
    }

    private SandboxLayer Write(string name, TarEntryFormat format, bool isCompressed, params Action<TarWriter>[] entries)
    {
        using var file = File.Create(_folder.Beside(name));
        using Stream stream = isCompressed ? new GZipStream(file, CompressionLevel.Fastest) : file;
        using var writer = new TarWriter(stream, format);
        foreach (var entry in entries)
        {
            entry(writer);
        }

        return SandboxLayer.FromTar(_folder.Beside(name), "/opt/x");
    }

    /// <summary>A record as in POSIX.1-1988, its modification time beyond all calendars where that is asked for.</summary>
    private static byte[] Header(char type, int bytes, bool isOfAnAbsurdTime)
    {
        var header = new byte[512];
        Put(0, "name");
        Put(100, "0000644\0");
        Put(108, "0000000\0");
        Put(116, "0000000\0");
        Put(124, $"{Convert.ToString(bytes, 8).PadLeft(11, '0')}\0");
        Put(136, "00000000000\0");
        if (isOfAnAbsurdTime)
        {
            new byte[] { 0x80, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0 }.CopyTo(header, 136);
        }

        Put(156, $"{type}");
        Put(257, type == 'L' ? "ustar  \0" : "ustar\00000");
        Put(148, "        ");
        Put(148, $"{Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0')}\0 ");
        return header;

        void Put(int offset, string text) => Encoding.ASCII.GetBytes(text).CopyTo(header, offset);
    }

    private static Action<TarWriter> Ordinary(string name, string content) =>
        writer => writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), Mode = Shared });

    private static void AddTree(TarWriter writer, string folder, string name)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            writer.WriteEntry(entry.FullName, $"{name}/{entry.Name}");
            if (entry is DirectoryInfo && entry.LinkTarget is null)
            {
                AddTree(writer, entry.FullName, $"{name}/{entry.Name}");
            }
        }
    }
}
