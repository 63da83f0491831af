using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>The guest's side of one operation. Called on the loop's thread only.</summary>
internal abstract class Channel
{
    /// <summary>A piece of <see cref="StreamId.Input"/>.</summary>
    public abstract void OnInput(ReadOnlySpan<byte> bytes);

    /// <summary>No more input follows.</summary>
    public abstract void OnInputEnd();

    /// <summary>The host takes more bytes of a stream.</summary>
    public abstract void OnCredit(StreamId stream, uint bytes);

    public abstract void OnControl(Control control);

    /// <summary>The host broke the channel's rules: end it with this failure.</summary>
    public abstract void Abort(FailedOutcome failure);
}
