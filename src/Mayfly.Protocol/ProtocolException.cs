namespace Mayfly.Protocol;

/// <summary>The peer sent something that is not this protocol. The session can't go on.</summary>
public sealed class ProtocolException : Exception
{
    /// <summary>Creates the exception with what was wrong about the peer's bytes.</summary>
    public ProtocolException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with what was wrong about the peer's bytes and what noticed it.</summary>
    public ProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
