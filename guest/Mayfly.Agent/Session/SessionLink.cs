using System.Buffers.Binary;
using System.Globalization;
using Mayfly.Agent.Messages;
using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>The link of a channel of the session.</summary>
internal sealed class SessionLink(GuestSession session, FrameWriter writer, uint number, ulong operation) : ChannelLink
{
    private int _ended;

    // Not the channel's number: that begins anew in a copy of this machine, where earlier operations may have left something.
    public override string Name => operation.ToString(CultureInfo.InvariantCulture);

    /// <summary>The channel's number.</summary>
    public uint Number => number;

    /// <summary>Whether the outcome is on its way, or has been sent.</summary>
    public bool HasEnded => Volatile.Read(ref _ended) != 0;

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
            session.Close(this);
        }
    }
}
