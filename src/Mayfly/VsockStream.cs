namespace Mayfly;

/// <summary>
/// One vsock connection between host and guest, a duplex byte stream. Reading returns 0 once the peer has sent all it
/// will send. Reads and writes may run side by side, one of each at a time. Disposal ends both directions: what was
/// written before still arrives, what the peer sends from then on is lost.
/// </summary>
/// <remarks>
/// Members of <see cref="Stream"/> throw <see cref="IOException"/>, with a <see cref="SandboxVsockException"/> (MAY3042) as
/// its cause, when the peer resets the connection or the machine ends.
/// </remarks>
public abstract class VsockStream : Stream
{
    private protected VsockStream(uint hostPort, uint guestPort)
    {
        HostPort = hostPort;
        GuestPort = guestPort;
    }

    /// <summary>The host's port of the connection.</summary>
    public uint HostPort { get; }

    /// <summary>The guest's port of the connection; 0 where the monitor does not tell.</summary>
    public uint GuestPort { get; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>
    /// Ends the host's direction: the peer reads the end of the stream behind what was written. Reading goes on. Safe to
    /// call more than once.
    /// </summary>
    public abstract void CompleteWrites();

    private protected static IOException WritesCompleted() =>
        new("the host's direction of the vsock connection has been ended by CompleteWrites");

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void SetLength(long value) => throw new NotSupportedException();
}
