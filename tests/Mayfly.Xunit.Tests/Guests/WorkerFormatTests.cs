using System.Buffers.Binary;
using System.Text;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>The bytes of runs and messages, and of what only looks like them.</summary>
public sealed class WorkerFormatTests
{
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public void RunsComeBackAsTheyWere() =>
        Assert.All(WorkerSamples.Runs, run => Assert.Equal(run, WorkerFormat.ReadRun(WorkerFormat.Write(run))));

    [Fact]
    public void MessagesOfEachKindComeBackAsTheyWere()
    {
        Assert.Equal(Enum.GetValues<WorkerMessageKind>(), WorkerSamples.Messages.Select(message => message.Kind));
        Assert.All(WorkerSamples.Messages, message => Assert.Equivalent(message, WorkerFormat.ReadMessage(WorkerFormat.Write(message)), strict: true));
    }

    [Fact]
    public void EveryBeginningOfAMessageIsRefused() =>
        Assert.All(
            WorkerSamples.Messages.Select(WorkerFormat.Write),
            bytes => Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Throws<InvalidDataException>(() => WorkerFormat.ReadMessage(bytes[..length]))));

    [Fact]
    public void EveryBeginningOfARunIsRefused() =>
        Assert.All(
            WorkerSamples.Runs.Select(WorkerFormat.Write),
            bytes => Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.Throws<InvalidDataException>(() => WorkerFormat.ReadRun(bytes[..length]))));

    [Fact]
    public void MoreThanAMessageIsRefused()
    {
        Assert.Throws<InvalidDataException>(() => WorkerFormat.ReadMessage([.. WorkerFormat.Write(WorkerSamples.Messages[1]), 0]));
        Assert.Throws<InvalidDataException>(() => WorkerFormat.ReadRun([.. WorkerFormat.Write(WorkerSamples.Runs[0]), 0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(255)]
    public void AKindThatThereIsNotIsRefused(byte kind)
    {
        var bytes = WorkerFormat.Write(WorkerSamples.Messages[0]);
        bytes[0] = kind;

        Assert.Throws<InvalidDataException>(() => WorkerFormat.ReadMessage(bytes));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public void AFailureWithoutOneIsRefused(int number)
    {
        var bytes = WorkerFormat.Write(WorkerSamples.Messages[number] with { Failure = null });

        Assert.Contains("lacks a part", Assert.Throws<InvalidDataException>(() => WorkerFormat.ReadMessage(bytes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(GuestFailure.MostExceptions + 1)]
    [InlineData(int.MaxValue)]
    public void ACountOfExceptionsOutOfRangeIsRefusedBeforeMemoryIsTaken(int count)
    {
        // The count is the last of a message without a failure.
        var bytes = WorkerFormat.Write(WorkerSamples.Messages[0]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(^sizeof(int)), count);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => WorkerFormat.ReadMessage(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Mebibyte);
    }

    [Fact]
    public void AStringThatClaimsToBeHugeTakesNoMemory()
    {
        byte[] huge = [(byte)WorkerMessageKind.Output, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, .. "abc"u8];
        byte[] negative = [(byte)WorkerMessageKind.Output, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, .. "abc"u8];
        byte[] endless = [(byte)WorkerMessageKind.Output, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.All([huge, negative, endless], bytes => Assert.Throws<InvalidDataException>(() => WorkerFormat.ReadMessage(bytes)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Mebibyte);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(1, 77)]
    [InlineData(1, int.MaxValue)]
    [InlineData(0, int.MinValue)]
    public void AnExceptionIsNeverWithinItselfOrALaterOne(int number, int parent)
    {
        int[] parents = [-1, 0];
        parents[number] = parent;

        var read = WorkerFormat.ReadMessage(WorkerFormat.Write(new WorkerMessage(WorkerMessageKind.Failed, Failure: WorkerSamples.Failure with { Parents = parents })));

        Assert.Equal(-1, read.Failure!.Parents[0]);
        Assert.InRange(read.Failure.Parents[1], -1, 0);
    }

    [Fact]
    public void ALongTextIsCutAndSaysSo()
    {
        var text = new string('x', WorkerFormat.MostTextChars + 5);

        var read = WorkerFormat.ReadMessage(WorkerFormat.Write(new WorkerMessage(WorkerMessageKind.Output, text)));

        Assert.Equal($"{text[..WorkerFormat.MostTextChars]}... (5 more characters)", read.Text);
    }

    [Fact]
    public void TheLongestFailureFitsIntoAFrame()
    {
        // Three bytes for each character.
        var text = new string('\u2603', 4 * WorkerFormat.MostTextChars);
        var texts = Enumerable.Repeat(text, GuestFailure.MostExceptions + 10).ToArray();
        var failure = new GuestFailure(texts, texts, texts, [.. texts.Select(_ => -1)]);

        var bytes = WorkerFormat.Write(new WorkerMessage(WorkerMessageKind.Problem, text, Failure: failure));
        _ = WorkerFrames.Frame(bytes);

        Assert.Equal(GuestFailure.MostExceptions, WorkerFormat.ReadMessage(bytes).Failure!.Types.Length);
    }

    [Fact]
    public void HalvesOfCharactersDoNotHinderAMessage()
    {
        var read = WorkerFormat.ReadMessage(WorkerFormat.Write(new WorkerMessage(WorkerMessageKind.Output, "a\ud800b")));

        Assert.Equal(3, read.Text.Length);
        Assert.Equal("a\uFFFDb", read.Text);
    }

    [Fact]
    public void BytesThatAreNoTextAreReplaced()
    {
        var bytes = WorkerFormat.Write(new WorkerMessage(WorkerMessageKind.Output, "abc"));
        Encoding.Latin1.GetBytes("\u00ff\u00fe\u00c0").CopyTo(bytes, 2);

        Assert.Equal("\uFFFD\uFFFD\uFFFD", WorkerFormat.ReadMessage(bytes).Text);
    }
}
