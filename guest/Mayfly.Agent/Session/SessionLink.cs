using System.Buffers.Binary;
using System.Globalization;
using Mayfly.Agent.Messages;
using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>The link of a channel of the session.</summary>
internal sealed class SessionLink(GuestSession session, FrameWriter writer, uint number) : ChannelLink
{
    private int _ended;

    public override string Name => number.ToString(CultureInfo.InvariantCulture);

    public override void SendProgress(Progress progress) =>
        writer.Send(FrameType.Progress, StreamId.Input, number, MessageWriter.Write(progress));

    public override void SendData(StreamId stream, byte[] frame, int payloadBytes) =>
        writer.SendData(stream, number, frame, payloadBytes);

    public override void SendEnd(StreamId stream) => writer.Send(FrameType.Eof, stream, number, []);

    public override void SendCredit(uint bytes)
    {
        Span<byte> payload = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, bytes);
        writer.Send(FrameType.Credit, StreamId.Input, number, payload);
    }

    public override void SendOutcome(Outcome outcome)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            writer.Send(FrameType.Outcome, StreamId.Input, number, MessageWriter.Write(outcome));
            session.Close(number);
        }
    }
}
