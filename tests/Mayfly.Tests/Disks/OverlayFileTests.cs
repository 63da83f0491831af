using System.Buffers.Binary;
using Mayfly.Disks;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Disks;

/// <summary>The bytes by the format's description; that QEMU takes them is shown by the sandboxes' tests.</summary>
public sealed class OverlayFileTests : IDisposable
{
    private const int Cluster = 64 * 1024;
    private const long Gibi = 1024L * 1024 * 1024;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(512L, 1L, 1, 4, 1)]
    [InlineData(Gibi / 2, 1024 * 1024, 1, 4, 16)]
    [InlineData((Gibi / 2) + 512, (1024 * 1024) + 1, 2, 4, 17)]
    [InlineData(64 * 1024 * Gibi, 1024 * 1024, 131072, 19, 16)]
    public void TheHeaderTellsWhereTheTablesAreAndTheCountsWhatTheyTake(long diskBytes, long limitBytes, int tableEntries, int metadata, int room)
    {
        var path = _folder["overlay"];

        var length = OverlayFile.Create(path, diskBytes, limitBytes);

        var content = File.ReadAllBytes(path);
        Assert.Equal((metadata + room) * Cluster, length);
        Assert.Equal(length, content.LongLength);
        Assert.Equal("QFI"u8, content.AsSpan(0, 3));
        Assert.Equal((0xfb, 3, 16, 4, 104), (content[3], Int(content, 4), Int(content, 20), Int(content, 96), Int(content, 100)));
        Assert.Equal((diskBytes, tableEntries, 3L * Cluster), (Long(content, 24), Int(content, 36), Long(content, 40)));
        Assert.Equal((Cluster, 1, 2L * Cluster), (Long(content, 48), Int(content, 56), Long(content, Cluster)));
        var counts = Enumerable.Range(0, Cluster / 2).Select(cluster => BinaryPrimitives.ReadUInt16BigEndian(content.AsSpan((2 * Cluster) + (2 * cluster)))).ToList();
        Assert.All(counts.Take(metadata), count => Assert.Equal(1, count));
        Assert.All(counts.Skip(metadata), count => Assert.Equal(0, count));
        Assert.Equal(-1, content.AsSpan(3 * Cluster).IndexOfAnyExcept((byte)0));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    private static int Int(byte[] content, int offset) => BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(offset));

    private static long Long(byte[] content, int offset) => BinaryPrimitives.ReadInt64BigEndian(content.AsSpan(offset));
}
