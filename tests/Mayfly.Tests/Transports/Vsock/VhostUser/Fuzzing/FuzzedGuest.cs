using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Packets;
using Mayfly.Transports.Vsock.VhostUser.Queues;

namespace Mayfly.Tests.Transports.Vsock.VhostUser.Fuzzing;

/// <summary>
/// A driver that mostly does it right, knows what it has received and who wants to connect to it, and spoils a field here and
/// there. How much it spoils is drawn anew for each device, because a spoilt queue ends the device and with it all depth.
/// </summary>
internal sealed class FuzzedGuest(FuzzedMemory ram, FuzzRandom random)
{
    private const int Slots = FuzzedMemory.QueueSize / 2;
    private const int TableBytes = 16 * QueueDescriptor.Bytes;
    private const int PacketBytes = 2048;
    private const int PacketsBytes = FuzzedMemory.WritableStart - FuzzedMemory.PacketsStart;

    private readonly bool _spoilsQueues = random.OneIn(2);
    private readonly int _spoilsPackets = random.OneIn(3) ? 1000 : 40;
    private readonly int _ports = random.OneIn(8) ? 5000 : 12;
    private readonly Dictionary<ConnectionKey, uint> _received = [];
    private readonly List<ConnectionKey> _wanted = [];
    private readonly List<ConnectionKey> _open = [];
    private ushort _seen;

    public void Send()
    {
        var slot = Slot(FuzzedMemory.TransmitStart);
        if (slot < 0)
        {
            return;
        }

        var header = Packet();
        var at = FuzzedMemory.PacketsStart + (slot * PacketBytes);
        header.Write(ram.Bytes[at..]);
        var payload = random.OneIn(_spoilsPackets) ? (uint)random.Below(300_000) : Math.Min(header.Length, 300_000);
        Offer(FuzzedMemory.TransmitStart, slot, Pieces(Address(at), payload), writable: false);
    }

    public void GiveBuffer()
    {
        var slot = Slot(FuzzedMemory.ReceiveStart);
        if (slot < 0)
        {
            return;
        }

        if (random.OneIn(6))
        {
            Offer(FuzzedMemory.ReceiveStart, slot, Edge(Address(FuzzedMemory.WritableStart + (slot * PacketBytes))), writable: true);
            return;
        }

        var at = random.Below(8) switch
        {
            0 => FuzzedMemory.HighBase + (ulong)random.Below(FuzzedMemory.HighBytes - PacketBytes),
            1 => FuzzedMemory.HighBase + FuzzedMemory.HighBytes - PacketBytes,
            2 => FuzzedMemory.LowBase + FuzzedMemory.LowBytes - PacketBytes,
            _ => Address(FuzzedMemory.WritableStart + (slot * PacketBytes)),
        };
        Offer(FuzzedMemory.ReceiveStart, slot, Pieces(at, (uint)random.Below(PacketBytes - PacketHeader.Bytes) | 64, within: at), writable: true);
    }

    /// <summary>Looks at what the device has sent, as far as it lies where the guest would look.</summary>
    public void Look()
    {
        var used = ram.UInt16(FuzzedMemory.ReceiveStart + FuzzedMemory.UsedOffset + 2);
        for (var count = 0; _seen != used && count < FuzzedMemory.QueueSize; count++)
        {
            var entry = ram.UInt16(FuzzedMemory.ReceiveStart + FuzzedMemory.UsedOffset + 4 + (_seen % FuzzedMemory.QueueSize * 8));
            _seen++;
            Note(PacketHeader.Read(ram.Bytes[(FuzzedMemory.WritableStart + (entry / 2 % Slots * PacketBytes))..]));
        }

        _seen = used;
    }

    private void Note(in PacketHeader header)
    {
        var key = new ConnectionKey(header.DestinationPort, header.SourcePort);
        if (header.SourceId != VsockLimits.HostId)
        {
            return;
        }

        if (header.Operation == PacketOperation.ReadWrite)
        {
            _received[key] = _received.GetValueOrDefault(key) + header.Length;
        }
        else if (header.Operation == PacketOperation.Request && _wanted.Count < 64)
        {
            _wanted.Add(key);
        }
        else if (header.Operation == PacketOperation.Reset)
        {
            _received.Remove(key);
            _open.Remove(key);
        }
    }

    private PacketHeader Packet()
    {
        var operation = (PacketOperation)(random.Below(32) switch
        {
            < 5 => 1,
            < 9 => 2,
            9 => 3,
            < 12 => 4,
            < 26 => 5,
            < 29 => 6,
            < 31 => 7,
            _ => random.Below(10),
        });
        var length = operation == PacketOperation.ReadWrite ? (random.OneIn(6) ? (uint)random.Below(140_000) : (uint)random.Below(1500)) : 0;
        var header = GuestPacket(operation, Key(operation), length);
        return random.OneIn(_spoilsPackets) ? Spoil(header) : header;
    }

    private ConnectionKey Key(PacketOperation operation)
    {
        var which = random.Below(1 << 16);
        var fresh = new ConnectionKey((uint)random.Below(_ports), FuzzedApplication.FirstPort + (uint)random.Below((int)FuzzedApplication.Listeners + 1));
        if (operation == PacketOperation.Response && _wanted.Count > 0)
        {
            var answered = _wanted[which % _wanted.Count];
            _wanted.Remove(answered);
            _received[answered] = 0;
            _open.Add(answered);
            return answered;
        }

        if (operation == PacketOperation.Request)
        {
            _received[fresh] = 0;
            if (_open.Count < 256)
            {
                _open.Add(fresh);
            }

            return fresh;
        }

        return _open.Count > 0 && !random.OneIn(50) ? _open[which % _open.Count] : fresh;
    }

    private PacketHeader GuestPacket(PacketOperation operation, ConnectionKey key, uint length) => new()
    {
        SourceId = VsockLimits.GuestId,
        DestinationId = VsockLimits.HostId,
        SourcePort = key.GuestPort,
        DestinationPort = key.HostPort,
        Length = length,
        Type = PacketHeader.StreamType,
        Operation = operation,
        Flags = operation == PacketOperation.Shutdown ? (uint)random.Below(4) : 0,
        BufferBytes = random.OneIn(8) ? (uint)random.Below(2000) : 256 * 1024,
        ForwardedBytes = _received.GetValueOrDefault(key),
    };

    private PacketHeader Spoil(PacketHeader header) => random.Below(10) switch
    {
        0 => header with { SourceId = random.Odd() },
        1 => header with { DestinationId = random.Odd() },
        2 => header with { SourcePort = (uint)random.Odd() },
        3 => header with { DestinationPort = (uint)random.Odd() },
        4 => header with { Length = (uint)random.Odd() },
        5 => header with { Type = (ushort)random.Odd() },
        6 => header with { Operation = (PacketOperation)random.Odd() },
        7 => header with { Flags = (uint)random.Odd() },
        8 => header with { BufferBytes = (uint)random.Odd() },
        _ => header with { ForwardedBytes = (uint)random.Odd() },
    };

    /// <summary>A header and so much payload, cut at random; the payload lies behind the header, or anywhere among the packets.</summary>
    private List<(ulong Address, uint Length)> Pieces(ulong header, uint payload, ulong? within = null)
    {
        var pieces = new List<(ulong, uint)>();
        if (payload + PacketHeader.Bytes <= PacketBytes && random.OneIn(3))
        {
            pieces.Add((header, payload + PacketHeader.Bytes));
            return pieces;
        }

        var cut = random.OneIn(8) ? (uint)random.Below(PacketHeader.Bytes + 1) : PacketHeader.Bytes;
        pieces.Add((header, cut));
        if (cut < PacketHeader.Bytes)
        {
            pieces.Add((header + cut, PacketHeader.Bytes - cut));
        }

        while (payload > 0 && pieces.Count < 14)
        {
            var length = Math.Min(payload, PacketsBytes / 2);
            length = random.OneIn(4) ? Math.Min(length, (uint)random.Below(500)) : length;
            pieces.Add((within is { } start ? start + PacketHeader.Bytes : Address(FuzzedMemory.PacketsStart + random.Below(PacketsBytes / 2)), length));
            payload -= length;
        }

        return pieces;
    }

    /// <summary>Room for little more than a header, and then the last bytes of a region; now and then some that are beyond it.</summary>
    private List<(ulong Address, uint Length)> Edge(ulong header)
    {
        var end = random.OneIn(2) ? FuzzedMemory.LowBase + FuzzedMemory.LowBytes : FuzzedMemory.HighBase + FuzzedMemory.HighBytes;
        var inside = 1 + (uint)random.Below(16);
        var beyond = _spoilsQueues && random.OneIn(20) ? 1 + (uint)random.Below(8) : 0;
        return [(header, PacketHeader.Bytes + 20), (end - inside, inside + beyond)];
    }

    private void Offer(int queue, int slot, List<(ulong Address, uint Length)> pieces, bool writable)
    {
        var flags = writable ? QueueDescriptor.FlagWrite : (ushort)0;
        var first = slot * 2;
        var isDirect = pieces.Count <= 2 && !random.OneIn(4);
        var table = isDirect ? queue + (first * QueueDescriptor.Bytes) : FuzzedMemory.TablesStart + (((queue == 0 ? 0 : Slots) + slot) * TableBytes);
        for (var index = 0; index < pieces.Count; index++)
        {
            var last = index == pieces.Count - 1;
            Write(table + (index * QueueDescriptor.Bytes), new QueueDescriptor(
                pieces[index].Address,
                pieces[index].Length,
                (ushort)(flags | (last ? 0 : QueueDescriptor.FlagNext)),
                (ushort)(isDirect ? first + index + 1 : index + 1)));
        }

        if (!isDirect)
        {
            Write(queue + (first * QueueDescriptor.Bytes), new QueueDescriptor(
                Address(table), (uint)(pieces.Count * QueueDescriptor.Bytes), QueueDescriptor.FlagIndirect, 0));
        }

        var index0 = queue + FuzzedMemory.AvailableOffset;
        var available = ram.UInt16(index0 + 2);
        var spoilt = _spoilsQueues && random.OneIn(4000);
        ram.UInt16(index0 + 4 + (available % FuzzedMemory.QueueSize * 2), spoilt ? (ushort)random.Odd() : (ushort)first);
        ram.UInt16(index0 + 2, _spoilsQueues && random.OneIn(4000) ? (ushort)random.Odd() : (ushort)(available + 1));
        ram.UInt16(index0, (ushort)random.Below(2));
        ram.UInt16(index0 + 4 + (FuzzedMemory.QueueSize * 2), random.OneIn(16) ? (ushort)random.Next() : available);
    }

    /// <summary>Writes a descriptor, now and then a spoilt one, but none that gives the device what it must leave alone.</summary>
    private void Write(int offset, QueueDescriptor descriptor)
    {
        if (_spoilsQueues && random.OneIn(300))
        {
            var spoilt = random.Below(5) switch
            {
                0 => descriptor with { Address = random.Odd() },
                1 => descriptor with { Address = descriptor.Address + random.Odd() },
                2 => descriptor with { Length = (uint)random.Odd() },
                3 => descriptor with { Flags = (ushort)random.Below(8) },
                _ => descriptor with { Next = (ushort)random.Below(FuzzedMemory.QueueSize + 2) },
            };
            var isKept = spoilt.IsIndirect
                ? spoilt.Address - FuzzedMemory.LowBase is >= FuzzedMemory.TablesStart and < FuzzedMemory.WritableStart
                    && spoilt.Length < FuzzedMemory.WritableStart - (spoilt.Address - FuzzedMemory.LowBase)
                : !spoilt.IsWritable || FuzzedMemory.IsForDevice(spoilt.Address, spoilt.Length);
            descriptor = isKept ? spoilt : descriptor;
        }

        ram.Describe(offset, descriptor);
    }

    /// <summary>The next free place of a queue; -1 where there is none.</summary>
    private int Slot(int queue)
    {
        var available = ram.UInt16(queue + FuzzedMemory.AvailableOffset + 2);
        var used = ram.UInt16(queue + FuzzedMemory.UsedOffset + 2);
        return (ushort)(available - used) < Slots ? available % Slots : -1;
    }

    private static ulong Address(int offset) => FuzzedMemory.LowBase + (ulong)offset;
}
