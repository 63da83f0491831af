using System.Buffers.Binary;
using Mayfly.Agent.Messages;
using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>How an operation speaks to the host; callable from any thread.</summary>
internal sealed class ChannelLink(GuestSession session, FrameWriter writer, uint number)
{
    private int _ended;

    public uint Number { get; } = number;

    public void SendProgress(Progress progress) =>
        writer.Send(FrameType.Progress, StreamId.Input, Number, MessageWriter.Write(progress));

    /// <inheritdoc cref="FrameWriter.SendData"/>
    public void SendData(StreamId stream, byte[] frame, int payloadBytes) =>
        writer.SendData(stream, Number, frame, payloadBytes);

    public void SendEnd(StreamId stream) => writer.Send(FrameType.Eof, stream, Number, []);

    public void SendCredit(uint bytes)
    {
        Span<byte> payload = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, bytes);
        writer.Send(FrameType.Credit, StreamId.Input, Number, payload);
    }

    /// <summary>The last word; a second one is not said.</summary>
    public void SendOutcome(Outcome outcome)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            writer.Send(FrameType.Outcome, StreamId.Input, Number, MessageWriter.Write(outcome));
            session.Close(Number);
        }
    }
}
