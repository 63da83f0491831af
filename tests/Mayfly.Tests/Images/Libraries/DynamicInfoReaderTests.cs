using System.Buffers.Binary;
using Mayfly.Images;
using Mayfly.Images.Libraries;

namespace Mayfly.Tests.Images.Libraries;

public sealed class DynamicInfoReaderTests
{
    private const int FirstSegment = 64;
    private const int SegmentBytes = 56;

    [Fact]
    public void AProgramNamesItsLoaderAndItsLibrariesInTheirOrder()
    {
        var info = Read(SyntheticProgram.Make("/lib64/ld.so.2", "libz.so.1", "libc.so.6"));

        Assert.Equal("/lib64/ld.so.2", info.Interpreter);
        Assert.Equal(["libz.so.1", "libc.so.6"], info.Needed);
    }

    [Fact]
    public void AStaticProgramNeedsNothing()
    {
        var file = SyntheticProgram.Make(null);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), 1);

        var info = Read(file);

        Assert.Null(info.Interpreter);
        Assert.Empty(info.Needed);
    }

    [Fact]
    public void ARealProgramIsUnderstood()
    {
        using var file = File.OpenRead(Environment.ProcessPath!);

        var info = DynamicInfoReader.Read(file, GuestArchitecture.X64);

        Assert.StartsWith("/lib", info.Interpreter, StringComparison.Ordinal);
        Assert.Contains("libc.so.6", info.Needed);
    }

    public static TheoryData<string, Action<byte[]>> Lies() => new()
    {
        { "64-bit", file => file[0] = 0 },
        { "64-bit", file => file[4] = 1 },
        { "another machine", file => file[18] = 183 },
        { "program headers", file => Put16(file, 54, 8) },
        { "program headers", file => Put16(file, 56, ushort.MaxValue) },
        { "outside", file => Put64(file, 32, ulong.MaxValue) },
        { "outside", file => Put64(file, 32, (ulong)file.Length - 10) },
        { "outside", file => Put64(file, FirstSegment + SegmentBytes + 8, ulong.MaxValue - 8) },
        { "dynamic section has", file => Put64(file, FirstSegment + SegmentBytes + 32, ulong.MaxValue) },
        { "outside", file => Put64(file, FirstSegment + SegmentBytes + 32, 100_000) },
        { "no end", file => file[^1] = (byte)'x' },
        { "outside", file => Put64(file, FirstSegment + (2 * SegmentBytes) + 8, ulong.MaxValue) },
        { "none of its segments", file => Put64(file, SyntheticProgram.Dynamic + 16 + 8, 7) },
        { "no string table", file => Put64(file, SyntheticProgram.Dynamic + 16, 99) },
        { "outside", file => Put64(file, SyntheticProgram.Dynamic + 8, ulong.MaxValue / 2) },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void WhatAFileClaimsIsNotBelieved(string words, Action<byte[]> lie)
    {
        var file = SyntheticProgram.Make("/lib64/ld.so.2", "libc.so.6");
        lie(file);

        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TooManyLibrariesAreRefused()
    {
        var needed = Enumerable.Repeat("libc.so.6", DynamicInfoReader.MaxNeeded + 1).ToArray();

        Assert.Throws<InvalidDataException>(() => Read(SyntheticProgram.Make(null, needed)));
    }

    [Fact]
    public void FlippedAndCutFilesEndInAnAnswerOrInOneKindOfError()
    {
        var random = new Random(5);
        var sound = SyntheticProgram.Make("/lib64/ld.so.2", "libz.so.1", "libc.so.6");
        var refused = 0;
        for (var trial = 0; trial < 20_000; trial++)
        {
            var file = trial % 4 == 0 ? sound[..random.Next(sound.Length)] : [.. sound];
            for (var flips = random.Next(1, 6); flips > 0 && file.Length > 0; flips--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            try
            {
                Read(file);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 5000, 19_999);
    }

    private static DynamicInfo Read(byte[] file) => DynamicInfoReader.Read(new MemoryStream(file), GuestArchitecture.X64);

    private static void Put16(byte[] file, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), value);

    private static void Put64(byte[] file, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(offset), value);
}
