using Mayfly.Images.Cache;

namespace Mayfly.Tests.Images;

public sealed class SparseDigestTests : IDisposable
{
    private const int MiB = 1024 * 1024;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HolesAndZerosAreTheSame()
    {
        var sparse = Digest("sparse", 3 * MiB, (MiB + 100, "data"));
        File.WriteAllBytes(_folder["dense"], new byte[3 * MiB]);

        Assert.Equal(sparse, Digest("dense", 3 * MiB, (MiB + 100, "data")));
        Assert.True(DiskUsage.Of(_folder.Path) < 5 * MiB);
    }

    [Theory]
    [InlineData(3 * MiB, MiB + 100, "datb")]
    [InlineData(3 * MiB, MiB + 101, "data")]
    [InlineData(3 * MiB, (2 * MiB) + 100, "data")]
    [InlineData((3 * MiB) + 1, MiB + 100, "data")]
    public void AnotherPlaceContentOrLengthIsAnotherDigest(int length, int offset, string data)
        => Assert.NotEqual(Digest("one", 3 * MiB, (MiB + 100, "data")), Digest("two", length, (offset, data)));

    [Fact]
    public void TwoBlocksCantTradePlaces()
        => Assert.NotEqual(Digest("one", MiB, (0, "a"), (8192, "b")), Digest("two", MiB, (0, "b"), (8192, "a")));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4097)]
    [InlineData(5_000_003)]
    public void AnyLengthCanBeDigested(int length)
    {
        var hole = Digest("hole", length);

        Assert.Equal(64, hole.Length);
        if (length > 0)
        {
            Assert.NotEqual(hole, Digest("data", length, (length - 1, "x")));
        }
    }

    [Fact]
    public void AHugeFileCostsNoMoreThanItsData()
    {
        // Reading a TiB would take minutes.
        var digest = Digest("huge", 1024L * 1024 * MiB, (1000L * 1024 * MiB, "data"));

        Assert.NotEqual(digest, Digest("other", 1024L * 1024 * MiB, (1001L * 1024 * MiB, "data")));
    }

    private string Digest(string name, long length, params (long Offset, string Text)[] data)
    {
        using (var file = File.OpenHandle(_folder[name], FileMode.OpenOrCreate, FileAccess.Write))
        {
            RandomAccess.SetLength(file, length);
            foreach (var (offset, text) in data)
            {
                RandomAccess.Write(file, System.Text.Encoding.ASCII.GetBytes(text), offset);
            }
        }

        using var reader = File.OpenHandle(_folder[name]);
        return SparseDigest.Of(reader, default);
    }
}
