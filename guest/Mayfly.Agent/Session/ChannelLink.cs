using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>How an operation speaks to whoever asked for it; callable from any thread.</summary>
internal abstract class ChannelLink
{
    /// <summary>The operation's name, which no other has or will have; fit for a directory.</summary>
    public abstract string Name { get; }

    public abstract void SendProgress(Progress progress);

    /// <inheritdoc cref="FrameWriter.SendData"/>
    public abstract void SendData(StreamId stream, byte[] frame, int payloadBytes);

    public abstract void SendEnd(StreamId stream);

    /// <summary>The operation takes more bytes of its input.</summary>
    public abstract void SendCredit(uint bytes);

    /// <summary>The last word; a second one is not said.</summary>
    public abstract void SendOutcome(Outcome outcome);
}
