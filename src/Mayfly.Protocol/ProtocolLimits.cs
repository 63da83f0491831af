namespace Mayfly.Protocol;

/// <summary>The bounds both ends hold each other to. All are checked before memory is taken.</summary>
public static class ProtocolLimits
{
    /// <summary>The newest protocol version this build speaks.</summary>
    public const int Version = 1;

    /// <summary>The oldest protocol version this build still understands.</summary>
    public const int OldestVersion = 1;

    /// <summary>The largest payload of a <see cref="FrameType.Data"/> frame, in bytes.</summary>
    public const int MaxDataBytes = 64 * 1024;

    /// <summary>The largest payload of any other frame, in bytes: JSON with room for long command lines.</summary>
    public const int MaxControlBytes = 1024 * 1024;

    /// <summary>Bytes that may be in flight on one stream of one channel before the receiver grants more.</summary>
    public const int WindowBytes = 1024 * 1024;

    /// <summary>Channels that may be open at once in one session.</summary>
    public const int MaxChannels = 1024;

    /// <summary>Announced connections of one <see cref="ListenRequest"/> that nobody has taken yet.</summary>
    public const int MaxWaitingConnections = 64;
}
