using System.Formats.Tar;
using System.Net.Sockets;
using Mayfly.Protocol;
using Mayfly.Session.Transfers;

namespace Mayfly.Tests.Session.Transfers;

public sealed class TarSourceTests : IDisposable
{
    private readonly DirectoryInfo _host = Directory.CreateTempSubdirectory("mayfly-test-");

    public void Dispose() => _host.Delete(recursive: true);

    [Fact]
    public async Task ATreeIsSentRootFirstWithModesTimesAndLinks()
    {
        var root = Directory.CreateDirectory(HostPath("tree")).FullName;
        Directory.CreateDirectory(Path.Combine(root, "sub", "empty"));
        var tool = Path.Combine(root, "sub", "tool");
        await File.WriteAllTextAsync(tool, "content");
        File.SetUnixFileMode(tool, (UnixFileMode)0x9ed);
        var time = DateTime.UnixEpoch.AddSeconds(1_700_000_000).AddTicks(1_234_567);
        File.SetLastWriteTimeUtc(tool, time);
        File.CreateSymbolicLink(Path.Combine(root, "link"), "/absolute/ü");
        File.CreateSymbolicLink(Path.Combine(root, "to-directory"), "sub");

        var (entries, outcome) = await SendAsync(root);

        Assert.Equal(".", entries[0].Name);
        Assert.Equal([".", "link", "sub", "sub/empty", "sub/tool", "to-directory"], entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        var sent = Assert.IsType<PaxTarEntry>(entries.Single(entry => entry.Name == "sub/tool"));
        Assert.Equal((UnixFileMode)0x1ed, sent.Mode);
        Assert.Equal(time, sent.ModificationTime.UtcDateTime);
        Assert.Equal(7, sent.Length);
        Assert.Equal("/absolute/ü", entries.Single(entry => entry.Name == "link").LinkName);
        Assert.Equal(TarEntryType.SymbolicLink, entries.Single(entry => entry.Name == "to-directory").EntryType);
        Assert.Equal(new TransferOutcome(6, 7, 0), outcome);
    }

    [Fact]
    public async Task LongAndForeignNamesArriveWhole()
    {
        var name = $"{new string('a', 200)}/{new string('ü', 120)}/{new string('b', 99)}";
        Directory.CreateDirectory(Path.GetDirectoryName(HostPath($"tree/{name}"))!);
        await File.WriteAllTextAsync(HostPath($"tree/{name}"), "x");

        var (entries, _) = await SendAsync(HostPath("tree"));

        Assert.Contains(entries, entry => entry.Name == name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(200_000)]
    public async Task AFileIsSentAsTheRoot(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        await File.WriteAllBytesAsync(HostPath("file"), bytes);

        var (entries, outcome) = await SendAsync(HostPath("file"));

        var entry = Assert.Single(entries);
        Assert.Equal(".", entry.Name);
        var copy = new MemoryStream();
        entry.DataStream?.CopyTo(copy);
        Assert.Equal(bytes, copy.ToArray());
        Assert.Equal(new TransferOutcome(1, length, 0), outcome);
    }

    [Fact]
    public async Task ALinkGivenAsTheSourceIsFollowed()
    {
        await File.WriteAllTextAsync(HostPath("file"), "content");
        File.CreateSymbolicLink(HostPath("link"), "file");

        var (entries, _) = await SendAsync(HostPath("link"));

        Assert.Equal(7, Assert.Single(entries).Length);
        Assert.Equal("link", new TarSource(HostPath("link"), null).Name);
    }

    [Fact]
    public async Task SocketsAreLeftOutAndCounted()
    {
        Directory.CreateDirectory(HostPath("tree"));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(HostPath("tree/socket")));

        var (entries, outcome) = await SendAsync(HostPath("tree"));

        Assert.Single(entries);
        Assert.Equal(new TransferOutcome(1, 0, 1), outcome);
    }

    [Theory]
    [InlineData("absent")]
    [InlineData("dangling")]
    [InlineData("socket")]
    public void ASourceThatIsNoFileOrDirectoryIsNamed(string name)
    {
        File.CreateSymbolicLink(HostPath("dangling"), "nowhere");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(HostPath("socket")));

        var exception = Assert.Throws<SandboxConfigurationException>(() => new TarSource(HostPath(name), null));

        Assert.Equal("MAY1009", exception.Code);
        Assert.Contains(HostPath(name), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatShrinksWhileItIsReadIsAnError()
    {
        await File.WriteAllBytesAsync(HostPath("file"), new byte[1_000_000]);
        var shrink = new Told(_ => Resize(100));

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() => SendAsync(HostPath("file"), shrink));

        Assert.Equal("MAY3010", exception.Code);
        Assert.Contains("shrank", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatGrowsWhileItIsReadIsSentAsItBegan()
    {
        await File.WriteAllBytesAsync(HostPath("file"), new byte[1_000_000]);

        var (entries, _) = await SendAsync(HostPath("file"), new Told(_ => Resize(2_000_000)));

        Assert.Equal(1_000_000, Assert.Single(entries).Length);
    }

    [Fact]
    public async Task ASizeBeyondElevenOctalDigitsIsWrittenAndRead()
    {
        const long size = 9L << 30;
        var tar = new MemoryStream();
        var writer = new TarStreamWriter(tar);
        await writer.WriteHeaderAsync(new Mayfly.Session.Transfers.TarEntry(".", TarEntryKind.File, 0, size, 0, 0, ""), CancellationToken.None);
        await writer.FinishAsync(CancellationToken.None);
        tar.Position = 0;

        var entry = await new TarStreamReader(tar).NextAsync(CancellationToken.None);

        Assert.Equal(size, entry!.SizeBytes);
    }

    private void Resize(long length)
    {
        using var file = new FileStream(HostPath("file"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(length);
    }

    private string HostPath(string name) => Path.Combine(_host.FullName, name);

    private static async Task<(List<System.Formats.Tar.TarEntry> Entries, TransferOutcome Outcome)> SendAsync(string path, IProgress<long>? progress = null)
    {
        var tar = new MemoryStream();
        var outcome = await new TarSource(path, progress).WriteAsync(tar, CancellationToken.None);
        tar.Position = 0;
        var entries = new List<System.Formats.Tar.TarEntry>();
        using var reader = new TarReader(tar);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            entries.Add(entry);
        }

        return (entries, outcome);
    }

    private sealed class Told(Action<long> tell) : IProgress<long>
    {
        public void Report(long value) => tell(value);
    }
}
