using System.Buffers.Binary;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>Frames, and streams that end or lie in the middle of one.</summary>
public sealed class WorkerFramesTests
{
    private const int MostBytes = 4 * 1024 * 1024;

    [Fact]
    public async Task FramesComeBackOneByOne()
    {
        byte[][] messages = [[1, 2, 3], [], [4]];
        using var stream = new MemoryStream([.. messages.SelectMany(WorkerFrames.Frame)]);

        foreach (var message in messages)
        {
            Assert.Equal(message, await WorkerFrames.ReadAsync(stream, CancellationToken.None));
        }

        Assert.Null(await WorkerFrames.ReadAsync(stream, CancellationToken.None));
    }

    [Fact]
    public async Task AnEndWithinAFrameIsNoEnd()
    {
        var frame = WorkerFrames.Frame([1, 2, 3]);
        for (var length = 1; length < frame.Length; length++)
        {
            using var stream = new MemoryStream(frame[..length]);
            await Assert.ThrowsAsync<InvalidDataException>(() => WorkerFrames.ReadAsync(stream, CancellationToken.None));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(MostBytes + 1)]
    [InlineData(int.MaxValue)]
    public async Task ALengthOutOfRangeIsRefusedBeforeMemoryIsTaken(int length)
    {
        var header = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        using var stream = new MemoryStream(header);

        var before = GC.GetTotalAllocatedBytes();
        await Assert.ThrowsAsync<InvalidDataException>(() => WorkerFrames.ReadAsync(stream, CancellationToken.None));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, MostBytes);
    }

    [Fact]
    public async Task TheLongestFrameIsRead()
    {
        using var stream = new MemoryStream(WorkerFrames.Frame(new byte[MostBytes]));

        Assert.Equal(MostBytes, (await WorkerFrames.ReadAsync(stream, CancellationToken.None))!.Length);
        Assert.Throws<InvalidDataException>(() => WorkerFrames.Frame(new byte[MostBytes + 1]));
    }
}
