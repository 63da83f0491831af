using System.Text;
using Mayfly.Diagnostics;
using Mayfly.Session.Transfers;

namespace Mayfly.Tests.Session.Transfers;

public sealed class HostileTarTests
{
    private const string Refused = ErrorCode.UnsafeEntryRefused;
    private const string Malformed = ErrorCode.TransferFailed;

    /// <summary>Name of the attack, the stream, the code it is refused with.</summary>
    public static TheoryData<string, byte[], string> Attacks => new()
    {
        { "absolute name", RawTar.Tree().File("/tmp/mayfly-escaped").ToArray(), Refused },
        { "absolute name by pax", RawTar.Tree().Pax(("path", "/tmp/mayfly-escaped")).File("fine").ToArray(), Refused },
        { "dot dot", RawTar.Tree().File("../canary/secret").ToArray(), Refused },
        { "dot dot by pax", RawTar.Tree().Pax(("path", "../canary/secret")).File("fine").ToArray(), Refused },
        { "dot dot by prefix", RawTar.Tree().Entry("secret", '0', "x", change: header => Encoding.ASCII.GetBytes("../canary", header.AsSpan(345))).ToArray(), Refused },
        { "dot dot below a directory", RawTar.Tree().Directory("a").File("a/../../canary/secret").ToArray(), Refused },
        { "dot dot alone", RawTar.Tree().Directory("..").ToArray(), Refused },
        { "dot dot with a slash", RawTar.Tree().Directory("../").ToArray(), Refused },
        { "empty name", RawTar.Tree().File("").ToArray(), Refused },
        { "empty component", RawTar.Tree().Directory("a").File("a//b").ToArray(), Refused },
        { "dot component", RawTar.Tree().File("./b").ToArray(), Refused },
        { "file with a closing slash", RawTar.Tree().File("b/").ToArray(), Refused },
        { "second root", RawTar.Tree().Directory(".").ToArray(), Refused },
        { "second root with a slash", RawTar.Tree().Directory("./").ToArray(), Refused },
        { "root as a file later", RawTar.Tree().File(".").ToArray(), Refused },
        { "no root", new RawTar().File("a").ToArray(), Refused },
        { "link as root", new RawTar().Link(".", "canary").ToArray(), Refused },
        { "zero byte by pax", RawTar.Tree().Pax(("path", "a\0b")).File("fine").ToArray(), Refused },
        { "component of 256 bytes", RawTar.Tree().Pax(("path", new string('n', 256))).File("fine").ToArray(), Refused },
        { "path of 5000 bytes", RawTar.Tree().Pax(("path", string.Join('/', Enumerable.Repeat("nnnn", 1000)))).File("fine").ToArray(), Refused },
        { "name that is not UTF-8", RawTar.Tree().Entry("x", '0', change: header => header[0] = 0xff).ToArray(), Refused },
        { "hard link to outside", RawTar.Tree().Entry("a", '1', linkTarget: "../canary/secret").ToArray(), Refused },
        { "hard link to inside", RawTar.Tree().File("a").Entry("b", '1', linkTarget: "a").ToArray(), Refused },
        { "character device", RawTar.Tree().Entry("null", '3').ToArray(), Refused },
        { "block device", RawTar.Tree().Entry("disk", '4').ToArray(), Refused },
        { "FIFO", RawTar.Tree().Entry("pipe", '6').ToArray(), Refused },
        { "contiguous file", RawTar.Tree().Entry("a", '7').ToArray(), Refused },
        { "GNU long name", RawTar.Tree().Entry("././@LongLink", 'L', "../canary/secret").File("a").ToArray(), Refused },
        { "GNU long link", RawTar.Tree().Entry("././@LongLink", 'K', "../canary").Link("a", "b").ToArray(), Refused },
        { "GNU sparse file", RawTar.Tree().Entry("a", 'S').ToArray(), Refused },
        { "global pax header", RawTar.Tree().Entry("g", 'g', "19 path=/etc/shadow\n").File("a").ToArray(), Refused },
        { "unknown kind", RawTar.Tree().Entry("a", '!').ToArray(), Refused },
        { "absolute link", RawTar.Tree().Link("a", "/etc/passwd").ToArray(), Refused },
        { "absolute link by pax", RawTar.Tree().Pax(("linkpath", "/etc/passwd")).Link("a", "b").ToArray(), Refused },
        { "link above the root", RawTar.Tree().Link("a", "../canary").ToArray(), Refused },
        { "deep link above the root", RawTar.Tree().Directory("d").Link("d/a", "../../canary").ToArray(), Refused },
        { "link that climbs after a component", RawTar.Tree().Directory("d").Link("here", ".").Link("out", "here/../canary").ToArray(), Refused },
        { "empty link", RawTar.Tree().Link("a", "").ToArray(), Refused },
        { "link with a zero byte", RawTar.Tree().Pax(("linkpath", "a\0b")).Link("a", "b").ToArray(), Refused },
        { "file through a link", RawTar.Tree().Directory("d").Link("l", "d").File("l/f").ToArray(), Refused },
        { "file below a file", RawTar.Tree().File("f").File("f/g").ToArray(), Refused },
        { "file in a directory that was not sent", RawTar.Tree().File("d/f").ToArray(), Refused },
        { "file twice", RawTar.Tree().File("f").File("f").ToArray(), Refused },
        { "file, then a link in its place", RawTar.Tree().File("f").Link("f", "g").ToArray(), Refused },
        { "link, then a file in its place", RawTar.Tree().Link("f", "g").File("f").ToArray(), Refused },
        { "directory, then a link in its place", RawTar.Tree().Directory("d").Link("d", "e").File("d/f").ToArray(), Refused },
        { "directory twice with a slash", RawTar.Tree().Directory("d").Directory("d/").ToArray(), Refused },
        { "two files where the root is one", new RawTar().File(".").File("b").ToArray(), Refused },
        { "wrong checksum", RawTar.Tree().Raw([(byte)'x', .. new byte[511]]).ToArray(), Malformed },
        { "old tar format", RawTar.Tree().Entry("a", '0', change: header => header.AsSpan(257, 8).Clear()).ToArray(), Malformed },
        { "GNU format", RawTar.Tree().Entry("a", '0', change: header => "ustar  \0"u8.CopyTo(header.AsSpan(257))).ToArray(), Malformed },
        { "negative size", RawTar.Tree().Entry("a", '0', size: "-0000000001").ToArray(), Malformed },
        { "size in base 256", RawTar.Tree().Entry("a", '0', change: header => header[124] = 0x80).ToArray(), Malformed },
        { "negative size by pax", RawTar.Tree().Pax(("size", "-1")).File("a").ToArray(), Malformed },
        { "overflowing size by pax", RawTar.Tree().Pax(("size", "99999999999999999999")).File("a").ToArray(), Malformed },
        { "content of 8 EiB", RawTar.Tree().Pax(("size", "9223372036854775807")).File("a").ToArray(), Malformed },
        { "directory with content", RawTar.Tree().Entry("d", '5', "content").ToArray(), Malformed },
        { "link with content by pax", RawTar.Tree().Pax(("size", "512")).Link("a", "b").ToArray(), Malformed },
        { "pax header of 8 GiB", RawTar.Tree().Entry("p", 'x', size: "77777777777").ToArray(), Malformed },
        { "pax header of 65 KB", RawTar.Tree().RawPax(new string('x', 65_537)).File("a").ToArray(), Malformed },
        { "empty pax header", RawTar.Tree().RawPax("").File("a").ToArray(), Malformed },
        { "pax record too long", RawTar.Tree().RawPax("99 path=a\n").File("a").ToArray(), Malformed },
        { "pax record too short", RawTar.Tree().RawPax("5 path=a\n").File("a").ToArray(), Malformed },
        { "pax record of negative length", RawTar.Tree().RawPax("-9 path=a\n").File("a").ToArray(), Malformed },
        { "pax record without length", RawTar.Tree().RawPax("path=a\n").File("a").ToArray(), Malformed },
        { "pax record without key", RawTar.Tree().RawPax("6 =ab\n").File("a").ToArray(), Malformed },
        { "two paths by pax", RawTar.Tree().Pax(("path", "a"), ("path", "../b")).File("a").ToArray(), Malformed },
        { "two pax headers", RawTar.Tree().Pax(("path", "a")).Pax(("path", "b")).File("a").ToArray(), Malformed },
        { "pax header at the end", RawTar.Tree().Pax(("path", "a")).ToArray(), Malformed },
        { "sparse file by pax", RawTar.Tree().Pax(("GNU.sparse.major", "1"), ("GNU.sparse.name", "../x")).File("a").ToArray(), Malformed },
        { "zero block in the middle", RawTar.Tree().Raw(new byte[512]).File("a").ToArray(), Malformed },
        { "data after the end", [.. RawTar.Tree().ToArray(), .. new byte[2 * 1024 * 1024]], Malformed },
        { "nothing at all", new byte[1024], Malformed },
    };

    [Theory]
    [MemberData(nameof(Attacks), DisableDiscoveryEnumeration = true)]
    public Task AnAttackIsRefusedAndNothingOutsideChanges(string attack, byte[] tar, string code) => RefuseAsync(attack, tar, code, useOpenAt2: true);

    [Theory]
    [MemberData(nameof(Attacks), DisableDiscoveryEnumeration = true)]
    public Task AnAttackIsRefusedWithoutOpenAt2AsWell(string attack, byte[] tar, string code) => RefuseAsync(attack, tar, code, useOpenAt2: false);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ALinkThatStandsOnTheHostIsNotFollowed(bool useOpenAt2)
    {
        using var target = new PullTarget { UseOpenAt2 = useOpenAt2 };
        File.CreateSymbolicLink(target["d"], target.Canary);

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() =>
            target.ExtractAsync(RawTar.Tree().Directory("d").File("d/secret").ToArray()));

        Assert.Equal(Refused, exception.Code);
        target.AssertNothingElseChanged();
    }

    [Fact]
    public async Task ALinkOnTheHostInAFilesPlaceIsReplacedAndNotWrittenThrough()
    {
        using var target = new PullTarget();
        File.CreateSymbolicLink(target["f"], Path.Combine(target.Canary, "secret"));

        await target.ExtractAsync(RawTar.Tree().File("f", "new").ToArray());

        Assert.Null(new FileInfo(target["f"]).LinkTarget);
        Assert.Equal("new", await File.ReadAllTextAsync(target["f"]));
        target.AssertNothingElseChanged();
    }

    [Fact]
    public async Task MoreContentThanTheLimitIsRefusedBeforeItIsWritten()
    {
        using var target = new PullTarget { Limits = new TransferLimits { Content = new ByteSize(10) } };

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() =>
            target.ExtractAsync(RawTar.Tree().File("a", "12345678").File("b", "123").ToArray()));

        Assert.Contains("10 bytes", exception.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(target["a"]));
        Assert.False(File.Exists(target["b"]));
    }

    [Fact]
    public async Task MoreEntriesThanTheLimitAreRefused()
    {
        using var target = new PullTarget { Limits = new TransferLimits { Entries = 3 } };

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() =>
            target.ExtractAsync(RawTar.Tree().File("a").File("b").File("c").ToArray()));

        Assert.Contains("limit of 3", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(target["c"]));
    }

    [Fact]
    public async Task AStreamThatStopsInTheMiddleLeavesNoHalfFile()
    {
        using var target = new PullTarget();
        var tar = RawTar.Tree().File("a", new string('x', 5000)).WithoutEnd();

        await Assert.ThrowsAsync<TarEndedEarlyException>(() => target.ExtractAsync(tar[..^2000]));

        Assert.Empty(Directory.GetFileSystemEntries(target.Path));
        target.AssertNothingElseChanged();
    }

    [Fact]
    public async Task DamagedStreamsNeverEscapeNorThrowAnythingElse()
    {
        byte[][] models =
        [
            RawTar.Tree().Directory("d").Pax(("path", "d/file"), ("mtime", "1.5")).File("x", "content").Link("l", "d/file").File("z").ToArray(),
            RawTar.Tree().Directory("d").Link("d/up", "../l").File("d/s", "secret").Directory("canary").File("canary/secret").ToArray(),
        ];
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var tar = (byte[])models[seed % models.Length].Clone();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                Damage(tar, random);
            }

            Reseal(tar);
            using var target = new PullTarget { UseOpenAt2 = seed % 2 == 0 };
            var exception = await Record.ExceptionAsync(() => target.ExtractAsync(tar));

            Assert.True(exception is null or SandboxTransferException or TarEndedEarlyException, $"seed {seed}: {exception}");
            target.AssertNothingElseChanged();
            AssertNoLinkLeadsOut(target);
        }
    }

    private static async Task RefuseAsync(string attack, byte[] tar, string code, bool useOpenAt2)
    {
        using var target = new PullTarget { UseOpenAt2 = useOpenAt2 };

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() => target.ExtractAsync(tar));

        Assert.Equal(code, exception.Code);
        Assert.DoesNotContain('\0', exception.Message);
        Assert.False(Path.Exists("/tmp/mayfly-escaped"), attack);
        target.AssertNothingElseChanged();
        AssertNoLinkLeadsOut(target);
    }

    private static void AssertNoLinkLeadsOut(PullTarget target)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(target.Path, "*", SearchOption.AllDirectories))
        {
            if (new FileInfo(path).LinkTarget is { } link)
            {
                var resolved = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, link));
                Assert.StartsWith(target.Path, resolved, StringComparison.Ordinal);
            }
        }
    }

    private static void Damage(byte[] tar, Random random)
    {
        int[] fields = [0, 1, 2, 100, 124, 130, 136, 156, 157, 158, 257, 345];
        var header = 512 * random.Next(tar.Length / 512);
        var offset = random.Next(3) == 0 ? random.Next(tar.Length) : header + fields[random.Next(fields.Length)];
        ReadOnlySpan<byte> telling = "./\0 0125789xLKSg\xff"u8;
        tar[offset] = telling[random.Next(telling.Length)];
    }

    /// <summary>Makes the checksums right again, so that the damage is looked at.</summary>
    private static void Reseal(byte[] tar)
    {
        for (var offset = 0; offset + 512 <= tar.Length; offset += 512)
        {
            var block = tar.AsSpan(offset, 512);
            if (block.Slice(257, 5).SequenceEqual("ustar"u8))
            {
                block.Slice(148, 8).Fill((byte)' ');
                var sum = 0;
                foreach (var value in block)
                {
                    sum += value;
                }

                Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", block[148..]);
            }
        }
    }
}
