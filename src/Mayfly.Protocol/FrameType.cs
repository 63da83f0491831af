namespace Mayfly.Protocol;

/// <summary>What a frame carries. The numbers are the wire format and never change their meaning.</summary>
public enum FrameType : byte
{
    /// <summary>Channel 0, first frame in either direction: a <see cref="Hello"/> as JSON.</summary>
    Hello = 0,

    /// <summary>Host to guest: opens the channel with a <see cref="Request"/> as JSON.</summary>
    Open = 1,

    /// <summary>Raw bytes of one stream of the channel; consumes credit.</summary>
    Data = 2,

    /// <summary>No more <see cref="Data"/> follows on this stream of the channel. Empty payload.</summary>
    Eof = 3,

    /// <summary>The receiver of a stream grants more bytes: payload is one little-endian unsigned 32-bit count.</summary>
    Credit = 4,

    /// <summary>Host to guest: a <see cref="Control"/> as JSON for the channel's operation.</summary>
    Control = 5,

    /// <summary>Guest to host: a <see cref="Progress"/> as JSON; any number before the result.</summary>
    Progress = 6,

    /// <summary>Guest to host: the <see cref="Outcome"/> as JSON. The last frame of the channel from the guest.</summary>
    Outcome = 7,

    /// <summary>Channel 0: asks for a <see cref="Pong"/> with the same payload (at most 64 bytes).</summary>
    Ping = 8,

    /// <summary>Channel 0: the answer to a <see cref="Ping"/>.</summary>
    Pong = 9,

    /// <summary>
    /// Channel 0, host to guest: the first frame to the copy of a frozen machine, <see cref="WakeSettings"/> in the
    /// <see cref="WakeFormat"/>. The guest's <see cref="Hello"/> follows.
    /// </summary>
    Wake = 10,
}
