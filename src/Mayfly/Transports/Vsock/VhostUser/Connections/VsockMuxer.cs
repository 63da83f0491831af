using System.Collections.Concurrent;
using Mayfly.Diagnostics;
using Mayfly.Transports.Vsock.VhostUser.Packets;
using Mayfly.Transports.Vsock.VhostUser.Queues;

namespace Mayfly.Transports.Vsock.VhostUser.Connections;

/// <summary>
/// Sorts the guest's packets to its connections, and puts what they have to send in line, a packet each in turn. Belongs
/// to the device's thread. Whatever the guest sends, no more is kept than <see cref="VsockLimits"/> say.
/// </summary>
/// <param name="host">The device.</param>
/// <param name="listeners">Who listens, by port of the host; filled and emptied by other threads.</param>
internal sealed class VsockMuxer(IConnectionHost host, ConcurrentDictionary<uint, DeviceListener> listeners)
{
    /// <summary>A buffer for the host's packets must have room for a header and some data.</summary>
    private const int LeastBufferBytes = PacketHeader.Bytes + 20;

    private readonly Dictionary<ConnectionKey, VsockConnection> _connections = [];
    private readonly HashSet<VsockConnection> _ended = [];
    private readonly LinkedList<VsockConnection> _line = new();
    private readonly Queue<ConnectionKey> _resets = new();
    private uint _lastPort = VsockLimits.FirstEphemeralPort;
    private string? _failure;

    /// <summary>Whether the guest's next packet may be taken; see <see cref="VsockLimits.MaxReplies"/>.</summary>
    public bool CanReceive => _resets.Count < VsockLimits.MaxReplies;

    /// <summary>Whether something waits to be sent, as far as is known; <see cref="TrySend"/> may find that it has gone.</summary>
    public bool HasOutput => _resets.Count + _line.Count > 0;

    /// <summary>Open connections, for reports and tests.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Connections that have ended and whose streams the application has not disposed of yet.</summary>
    public int EndedCount => _ended.Count;

    /// <summary>Resets that wait for a buffer of the guest's.</summary>
    public int ResetCount => _resets.Count;

    /// <summary>Connections that wait for one.</summary>
    public int LineLength => _line.Count;

    private bool IsFull => _connections.Count + _ended.Count >= VsockLimits.MaxConnections;

    /// <summary>Takes one packet of the guest's. What makes no sense is dropped or resets the connection it names.</summary>
    public void Receive(ReadOnlySpan<Segment> chain)
    {
        var reader = new ChainReader(chain);
        Span<byte> bytes = stackalloc byte[PacketHeader.Bytes];
        if (!reader.TryCopyTo(bytes))
        {
            return;
        }

        var header = PacketHeader.Read(bytes);
        if (header.SourceId != VsockLimits.GuestId || header.DestinationId != VsockLimits.HostId)
        {
            return;
        }

        var key = new ConnectionKey(header.SourcePort, header.DestinationPort);
        if (_connections.TryGetValue(key, out var connection))
        {
            var isSound = header.Type == PacketHeader.StreamType && header.Length <= reader.Remaining;
            if (isSound)
            {
                connection.Receive(header, ref reader);
            }
            else
            {
                connection.Refuse();
            }

            Settle(connection);
        }
        else if (header.Operation == PacketOperation.Request && header.Type == PacketHeader.StreamType && TryAccept(key, header) is { } accepted)
        {
            Settle(accepted);
        }
        else if (header.Operation != PacketOperation.Reset)
        {
            _resets.Enqueue(key);
        }
    }

    /// <summary>Writes one packet into a buffer of the guest's.</summary>
    /// <returns>False where nobody had one.</returns>
    /// <exception cref="DeviceBrokenException">The buffer is too small for any packet.</exception>
    public bool TrySend(ref ChainWriter writer)
    {
        if (writer.Capacity < LeastBufferBytes)
        {
            throw new DeviceBrokenException($"the guest's driver gave a receive buffer of {writer.Capacity} bytes, which is less than a packet");
        }

        if (_resets.TryDequeue(out var key))
        {
            WriteReset(ref writer, key);
            return true;
        }

        while (_line.First is { Value: var connection })
        {
            _line.RemoveFirst();
            var sent = connection.TrySend(ref writer);
            Settle(connection);
            if (sent)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Opens a connection to the guest.</summary>
    /// <returns>Null where that can't be, and <paramref name="connecting"/> says why.</returns>
    public VsockConnection? Connect(uint guestPort, TaskCompletionSource<VsockStream> connecting)
    {
        var objection = _failure ?? (!IsFull
            ? null
            : $"{VsockLimits.MaxConnections} vsock connections of this sandbox are open, which is the limit; dispose of some first.");
        if (objection is not null)
        {
            connecting.TrySetException(new SandboxVsockException(_failure is null ? ErrorCode.VsockLimit : ErrorCode.VsockFailed, objection));
            return null;
        }

        var connection = VsockConnection.Connect(new ConnectionKey(guestPort, FreePort(guestPort)), host, connecting);
        _connections.Add(connection.Key, connection);
        Settle(connection);
        return connection;
    }

    /// <summary>Looks at a connection whose application has done something, or whose time is up.</summary>
    public void Settle(VsockConnection connection)
    {
        // Asked also of one in line, because the answer takes note of what the application has done.
        var hasOutput = connection.HasOutput();
        if (connection.IsOver)
        {
            Forget(connection);
        }
        else if (hasOutput && connection.Place.List is null)
        {
            _line.AddLast(connection.Place);
        }
    }

    /// <summary>The guest is gone: everything ends.</summary>
    public void Fail(string reason)
    {
        _failure = reason;
        foreach (var connection in _connections.Values)
        {
            connection.End(ErrorCode.VsockFailed, reason);
        }

        _connections.Clear();
        _ended.Clear();
        _line.Clear();
        _resets.Clear();
    }

    /// <summary>Tells who listens that nothing will come any more. Any thread.</summary>
    public void FailListeners(string reason)
    {
        foreach (var listener in listeners.Values)
        {
            listener.Fail(reason);
        }
    }

    private void Forget(VsockConnection connection)
    {
        if (connection.Place.List is not null)
        {
            _line.Remove(connection.Place);
        }

        if (_connections.GetValueOrDefault(connection.Key) == connection)
        {
            _connections.Remove(connection.Key);
            _ended.Add(connection);
            if (connection.OwesReset)
            {
                _resets.Enqueue(connection.Key);
            }
        }

        if (connection.Stream.IsDisposed)
        {
            _ended.Remove(connection);
        }
    }

    private VsockConnection? TryAccept(ConnectionKey key, in PacketHeader request)
    {
        // Of a connection that begins nothing can have been passed on.
        if (IsFull || request.ForwardedBytes != 0 || !listeners.TryGetValue(key.HostPort, out var listener))
        {
            return null;
        }

        var connection = VsockConnection.Accept(key, host, request);
        if (!listener.TryAdd(connection))
        {
            return null;
        }

        _connections.Add(key, connection);
        return connection;
    }

    private uint FreePort(uint guestPort)
    {
        do
        {
            _lastPort = _lastPort == uint.MaxValue - 1 ? VsockLimits.FirstEphemeralPort : _lastPort + 1;
        }
        while (_connections.ContainsKey(new ConnectionKey(guestPort, _lastPort)) || listeners.ContainsKey(_lastPort));

        return _lastPort;
    }

    private static void WriteReset(ref ChainWriter writer, ConnectionKey key)
    {
        Span<byte> bytes = stackalloc byte[PacketHeader.Bytes];
        key.ToGuest(PacketOperation.Reset).Write(bytes);
        writer.Write(bytes);
    }
}
