using System.IO.Pipelines;
using Mayfly.Diagnostics;
using Mayfly.Transports.Vsock.VhostUser.Packets;

namespace Mayfly.Transports.Vsock.VhostUser.Connections;

/// <summary>
/// One connection (virtio 1.2, section 5.10.6): what the guest sends goes into one pipe, what the application writes comes
/// out of another. All members belong to the device's thread unless they say otherwise. Credit bounds the pipe in, the
/// pipe's own threshold the one out. A guest that breaks a rule gets a reset and loses this connection, nothing else.
/// </summary>
internal sealed partial class VsockConnection
{
    // A pipe without a threshold never makes the device's thread wait: the credit given to the guest is its bound.
    private readonly Pipe _inbound = new(new PipeOptions(
        pauseWriterThreshold: 0, resumeWriterThreshold: 0, minimumSegmentSize: 64 * 1024, useSynchronizationContext: false));

    private readonly Pipe _outbound = new(new PipeOptions(
        pauseWriterThreshold: VsockLimits.SendBufferBytes,
        resumeWriterThreshold: VsockLimits.SendBufferBytes / 2,
        minimumSegmentSize: 64 * 1024,
        useSynchronizationContext: false));

    private readonly IConnectionHost _host;
    private readonly ConnectionCredit _credit = new();
    private readonly TaskCompletionSource<VsockStream>? _connecting;
    private ITimer? _timer;
    private ShutdownFlags _guestEnded;
    private ShutdownFlags _hostEnded;
    private PacketOperation _due;
    private bool _established;
    private uint _sentAtExpiry;
    private int _woken;

    private VsockConnection(ConnectionKey key, IConnectionHost host, PacketOperation first, TaskCompletionSource<VsockStream>? connecting)
    {
        Key = key;
        _host = host;
        _due = first;
        _connecting = connecting;
        Place = new LinkedListNode<VsockConnection>(this);
        Stream = new DeviceStream(this, _inbound.Reader, _outbound.Writer);
    }

    /// <summary>The ports.</summary>
    public ConnectionKey Key { get; }

    /// <summary>The application's end.</summary>
    public DeviceStream Stream { get; }

    /// <summary>Whether it has ended and has no place in the muxer any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether the guest has yet to be told that it has ended.</summary>
    public bool OwesReset { get; private set; }

    /// <summary>Its place in the muxer's line of those that want to send; in no list where it wants nothing.</summary>
    public LinkedListNode<VsockConnection> Place { get; }

    /// <summary>A connection that the guest has asked for; the answer is due.</summary>
    public static VsockConnection Accept(ConnectionKey key, IConnectionHost host, in PacketHeader request)
    {
        var connection = new VsockConnection(key, host, PacketOperation.Response, connecting: null) { _established = true };
        connection._credit.TryUpdate(request);
        return connection;
    }

    /// <summary>A connection that the application asks for; the request is due.</summary>
    /// <param name="key">The ports.</param>
    /// <param name="host">The device.</param>
    /// <param name="connecting">Gets the stream, or why there is none.</param>
    public static VsockConnection Connect(ConnectionKey key, IConnectionHost host, TaskCompletionSource<VsockStream> connecting)
    {
        var connection = new VsockConnection(key, host, PacketOperation.Request, connecting);
        connection._timer = host.ExpireAfter(connection, VsockLimits.ConnectTimeout);
        return connection;
    }

    /// <summary>Notes that the device's thread should look at this connection; once, however often it is said. Any thread.</summary>
    /// <returns>False where that is noted already.</returns>
    public bool TryNoteWake() => Interlocked.Exchange(ref _woken, 1) == 0;

    /// <summary>The look that was noted happens now.</summary>
    public void ClearWake() => Volatile.Write(ref _woken, 0);

    /// <summary>The application has read so many bytes. Any thread.</summary>
    public void NoteRead(int bytes)
    {
        if (_credit.NoteRead(bytes))
        {
            _host.Wake(this);
        }
    }

    /// <summary>The application has written, ended its direction, or gone. Any thread.</summary>
    public void NoteWritten() => _host.Wake(this);

    /// <summary>The application gives up waiting for the answer, or the owner of a listener that never handed it out goes. Any thread.</summary>
    public void Abandon()
    {
        // Who has the stream already keeps it.
        if (_connecting is null || _connecting.TrySetCanceled())
        {
            Stream.Dispose();
        }
    }

    /// <summary>A connect that was not answered, or a disposed stream whose rest the guest does not take.</summary>
    public void Expire()
    {
        if (IsOver || (_established && !Stream.IsDisposed))
        {
            // The answer came while the timer's word was on its way here.
            return;
        }

        _timer?.Dispose();
        _timer = null;

        if (!_established)
        {
            ResetBecause($"the guest did not answer within {VsockLimits.ConnectTimeout.TotalSeconds:0} s");
        }
        else if (_credit.Sent != _sentAtExpiry)
        {
            Linger();
        }
        else
        {
            ResetBecause("the guest did not take the rest");
        }
    }

    /// <summary>The guest sent something that is no packet of this connection's.</summary>
    public void Refuse() => ResetBecause("the guest sent a malformed packet");

    /// <summary>Ends the connection without another word to the guest: it has reset it, or is gone.</summary>
    /// <param name="code">The error's code.</param>
    /// <param name="reason">Why, for the application.</param>
    public void End(string code, string reason)
    {
        if (IsOver)
        {
            return;
        }

        IsOver = true;
        _due = PacketOperation.Invalid;
        _timer?.Dispose();
        if (_connecting is not null && !_connecting.Task.IsCompleted)
        {
            _connecting.TrySetException(new SandboxVsockException(code, reason));
            Stream.Dispose();
        }

        // Who reads what the guest has ended in order has no error to hear of; who writes has.
        var error = new IOException(reason, new SandboxVsockException(code, reason));
        _inbound.Writer.Complete(_guestEnded.HasFlag(ShutdownFlags.Send) ? null : error);
        _outbound.Reader.Complete(error);
    }

    private void Linger()
    {
        _sentAtExpiry = _credit.Sent;
        _timer ??= _host.ExpireAfter(this, VsockLimits.LingerTimeout);
    }

    private void ResetBecause(string reason)
    {
        // Of a request that never went out the guest knows nothing.
        OwesReset = _due != PacketOperation.Request;
        End(ErrorCode.VsockFailed, $"the vsock connection {Describe()} has ended: {reason}");
    }

    private string Describe() => $"from {(_connecting is null ? "guest" : "host")}, guest port {Key.GuestPort}, host port {Key.HostPort},";
}
