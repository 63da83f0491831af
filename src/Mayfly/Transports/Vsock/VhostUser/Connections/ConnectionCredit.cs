using Mayfly.Transports.Vsock.VhostUser.Packets;

namespace Mayfly.Transports.Vsock.VhostUser.Connections;

/// <summary>
/// How much either side may send (virtio 1.2, section 5.10.6.3). Each tells the size of its receive buffer and how many
/// bytes have left it since the beginning; what the other may still send follows. Counters run modulo 2^32. Members belong
/// to the device's thread unless they say otherwise.
/// </summary>
internal sealed class ConnectionCredit
{
    private uint _peerBuffer;
    private uint _peerForwarded;
    private long _received;
    private long _read;
    private long _told;

    /// <summary>Bytes sent to the guest.</summary>
    public uint Sent { get; private set; }

    /// <summary>Bytes the guest will still take.</summary>
    public uint Available => _peerBuffer - Math.Min(_peerBuffer, Sent - _peerForwarded);

    /// <summary>Whether the guest should hear how much has been read.</summary>
    public bool IsUpdateDue => Interlocked.Read(ref _read) - _told >= VsockLimits.CreditStepBytes;

    /// <summary>Takes what a packet tells of the guest's buffer.</summary>
    /// <returns>False where the guest says that it has passed on bytes that it was never sent.</returns>
    public bool TryUpdate(in PacketHeader packet)
    {
        // Two of the guest's threads may send in another order than they looked: an older count is no offence.
        var progress = (int)(packet.ForwardedBytes - _peerForwarded);
        if (progress > 0 && (uint)progress > Sent - _peerForwarded)
        {
            return false;
        }

        _peerForwarded = progress > 0 ? packet.ForwardedBytes : _peerForwarded;
        _peerBuffer = Math.Min(packet.BufferBytes, VsockLimits.MaxPeerCreditBytes);
        return true;
    }

    /// <summary>Counts what goes to the guest, at most <see cref="Available"/>.</summary>
    public void NoteSent(int bytes) => Sent += (uint)bytes;

    /// <summary>Counts what came from the guest.</summary>
    /// <returns>False where it is more than the guest was granted.</returns>
    public bool TryReceive(uint bytes)
    {
        if (_received - Interlocked.Read(ref _read) + bytes > VsockLimits.ReceiveBufferBytes)
        {
            return false;
        }

        _received += bytes;
        return true;
    }

    /// <summary>Counts what has left the receive buffer. Any thread.</summary>
    /// <returns>Whether the guest should hear of it.</returns>
    public bool NoteRead(int bytes)
    {
        Interlocked.Add(ref _read, bytes);
        return Interlocked.Read(ref _read) - Volatile.Read(ref _told) >= VsockLimits.CreditStepBytes;
    }

    /// <summary>Nobody reads any more: all that came counts as read.</summary>
    public void Discard() => Interlocked.Exchange(ref _read, _received);

    /// <summary>What the guest is told with the next packet; it then counts as told.</summary>
    public uint Tell()
    {
        // A read that was under way when the rest was discarded counts twice.
        Volatile.Write(ref _told, Math.Min(_received, Interlocked.Read(ref _read)));
        return (uint)_told;
    }
}
