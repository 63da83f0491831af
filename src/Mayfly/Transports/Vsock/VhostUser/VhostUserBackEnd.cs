using System.Buffers.Binary;
using Mayfly.Native;
using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Memory;
using Mayfly.Transports.Vsock.VhostUser.Messages;
using Mayfly.Transports.Vsock.VhostUser.Queues;

namespace Mayfly.Transports.Vsock.VhostUser;

/// <summary>
/// The vhost-user protocol's back end for a vsock device: takes the front end's messages, and has from them the guest's
/// memory and the running queues. Belongs to the device's thread. What can't be understood ends the device, because half a
/// device is worth nothing.
/// </summary>
/// <param name="watcher">Waits for the queues' notifications.</param>
internal sealed class VhostUserBackEnd(IKickWatcher watcher) : IDisposable
{
    /// <summary>The host's packets to the guest (virtio 1.2, section 5.10.2).</summary>
    public const int ReceiveQueue = 0;

    /// <summary>The guest's packets to the host.</summary>
    public const int TransmitQueue = 1;

    /// <summary>And the queue of events, which QEMU serves itself.</summary>
    private const int QueueCount = 3;

    private const ulong FeatureIndirect = 1UL << 28;
    private const ulong FeatureEventIndex = 1UL << 29;
    private const ulong FeatureProtocol = 1UL << 30;
    private const ulong FeatureVersion1 = 1UL << 32;
    private const ulong Features = FeatureIndirect | FeatureEventIndex | FeatureProtocol | FeatureVersion1;
    private const ulong ProtocolReplyAck = 1UL << 3;
    private const ulong ProtocolConfig = 1UL << 9;
    private const ulong ProtocolFeatures = ProtocolReplyAck | ProtocolConfig;

    /// <summary>In the messages that carry a descriptor: the queue's index, and that there is none.</summary>
    private const ulong VringIndexMask = 0xff;
    private const ulong VringNoDescriptor = 0x100;

    /// <summary>struct virtio_vsock_config: the guest's context id.</summary>
    private const int ConfigBytes = 8;
    private const int ConfigHeaderBytes = 12;

    private readonly Vring[] _rings = [new(), new(), new()];
    private GuestMemory? _memory;
    private ulong _features;
    private ulong _protocolFeatures;

    /// <summary>A running queue; null while it is stopped.</summary>
    public SplitQueue? Queue(int index) => _rings[index].Queue;

    /// <summary>Interrupts the driver of a queue.</summary>
    public void Interrupt(int index) => _rings[index].Call?.Raise();

    /// <summary>Does what a message asks for.</summary>
    /// <returns>The answer's payload; null where none is due.</returns>
    /// <exception cref="DeviceBrokenException">The message makes no sense.</exception>
    public byte[]? Handle(VhostUserMessage message)
    {
        switch (message.Request)
        {
            case VhostUserRequest.GetFeatures:
                return Number(Features);
            case VhostUserRequest.GetProtocolFeatures:
                return Number(ProtocolFeatures);
            case VhostUserRequest.GetQueueCount:
                return Number(QueueCount);
            case VhostUserRequest.GetConfig:
                return GetConfig(message);
            case VhostUserRequest.GetVringBase:
                return GetVringBase(message);
            default:
                Set(message);
                return message.NeedsReply && (_protocolFeatures & ProtocolReplyAck) != 0 ? Number(0) : null;
        }
    }

    public void Dispose()
    {
        for (var index = 0; index < QueueCount; index++)
        {
            SetKick(index, null);
            _rings[index].Stop();
            _rings[index].Dispose();
        }

        _memory?.Dispose();
        _memory = null;
    }

    private void Set(VhostUserMessage message)
    {
        switch (message.Request)
        {
            case VhostUserRequest.SetOwner:
            case VhostUserRequest.ResetOwner:
            case VhostUserRequest.SetVringError:
            case VhostUserRequest.SetConfig:
                // Nothing here depends on them; a descriptor for errors is closed with the message.
                break;
            case VhostUserRequest.SetFeatures:
                _features = Accepted(message.UInt64(0), Features, "features");
                break;
            case VhostUserRequest.SetProtocolFeatures:
                _protocolFeatures = Accepted(message.UInt64(0), ProtocolFeatures, "protocol features");
                break;
            case VhostUserRequest.SetMemoryTable:
                SetMemory(message);
                break;
            default:
                SetVring(message);
                break;
        }
    }

    private void SetVring(VhostUserMessage message)
    {
        switch (message.Request)
        {
            case VhostUserRequest.SetVringSize:
                var sized = Ring(message.UInt32(0));
                sized.Layout = sized.Layout with { Size = message.UInt32(4) };
                sized.Layout.CheckSize();
                break;
            case VhostUserRequest.SetVringBase:
                Ring(message.UInt32(0)).NextAvailable = (ushort)message.UInt32(4);
                break;
            case VhostUserRequest.SetVringAddress:
                // struct vhost_vring_addr: index, flags, descriptor table, used ring, available ring, address of a log.
                var addressed = Ring(message.UInt32(0));
                addressed.Layout = new SplitQueueLayout(addressed.Layout.Size, message.UInt64(8), message.UInt64(24), message.UInt64(16));
                break;
            case VhostUserRequest.SetVringEnable:
                var enabled = Ring(message.UInt32(0));
                enabled.IsEnabled = message.UInt32(4) != 0;
                Restart(enabled);
                break;
            case VhostUserRequest.SetVringKick:
                var kicked = (int)(message.UInt64(0) & VringIndexMask);
                var ring = Ring((uint)kicked);
                SetKick(kicked, TakeEvent(message));

                // Rings begin enabled where nobody negotiated to enable them.
                ring.IsEnabled |= (_features & FeatureProtocol) == 0;
                Restart(ring);
                break;
            case VhostUserRequest.SetVringCall:
                var called = Ring((uint)(message.UInt64(0) & VringIndexMask));
                var call = TakeEvent(message);
                called.Call?.Dispose();
                called.Call = call;
                break;
            default:
                throw new DeviceBrokenException($"the monitor asked for {message.Request}, which this device has not offered");
        }
    }

    private void SetMemory(VhostUserMessage message)
    {
        // Count, padding, then 32 bytes for each region, and its file beside the message.
        var count = message.UInt32(0);
        if (count > GuestMemory.MaxRegions || count != message.DescriptorCount)
        {
            throw new DeviceBrokenException($"the monitor shared {count} memory regions with {message.DescriptorCount} descriptors");
        }

        var regions = new List<MemoryRegion>();
        try
        {
            for (var index = 0; index < count; index++)
            {
                var at = 8 + (index * 32);
                var layout = new MemoryRegionLayout(message.UInt64(at), message.UInt64(at + 8), message.UInt64(at + 16), message.UInt64(at + 24));
                layout.Check();
                if (regions.Exists(other => other.Layout.Overlaps(layout)))
                {
                    throw new DeviceBrokenException($"the monitor shared memory regions that overlap at 0x{layout.GuestAddress:x}");
                }

                using var file = message.TakeDescriptor();
                regions.Add(MemoryRegion.Map(layout, file));
            }
        }
        catch
        {
            regions.ForEach(region => region.Dispose());
            throw;
        }

        // The old memory goes when no queue looks at it any more.
        Array.ForEach(_rings, ring => ring.Stop());
        _memory?.Dispose();
        _memory = new GuestMemory([.. regions]);
        Array.ForEach(_rings, Restart);
    }

    private void Restart(Vring ring)
    {
        ring.Stop();
        if (_memory is not null && ring.CanStart)
        {
            ring.Queue = new SplitQueue(
                _memory,
                ring.Layout,
                ring.NextAvailable,
                (_features & FeatureEventIndex) != 0,
                (_features & FeatureIndirect) != 0);
        }
    }

    private byte[] GetVringBase(VhostUserMessage message)
    {
        var index = message.UInt32(0);
        var ring = Ring(index);
        ring.Stop();
        SetKick((int)index, null);
        var reply = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(reply, index);
        BinaryPrimitives.WriteUInt32LittleEndian(reply.AsSpan(4), ring.NextAvailable);
        return reply;
    }

    private static byte[] GetConfig(VhostUserMessage message)
    {
        var offset = message.UInt32(0);
        var size = message.UInt32(4);
        if (offset > ConfigBytes || size > ConfigBytes - offset || message.Payload.Length < ConfigHeaderBytes + size)
        {
            throw new DeviceBrokenException($"the monitor asked for {size} bytes at {offset} of a configuration of {ConfigBytes}");
        }

        var config = new byte[ConfigBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(config, VsockLimits.GuestId);
        var reply = message.Payload[..(ConfigHeaderBytes + (int)size)].ToArray();
        config.AsSpan((int)offset, (int)size).CopyTo(reply.AsSpan(ConfigHeaderBytes));
        return reply;
    }

    private void SetKick(int index, EventDescriptor? kick)
    {
        var ring = _rings[index];
        if (ring.Kick is not null)
        {
            watcher.Unwatch(ring.Kick);
            ring.Kick.Dispose();
        }

        ring.Kick = kick;
        if (kick is not null && !watcher.TryWatch(index, kick))
        {
            throw new DeviceBrokenException("the monitor sent something as a queue's notifier that can't be waited for");
        }
    }

    private Vring Ring(uint index) => index < QueueCount
        ? _rings[index]
        : throw new DeviceBrokenException($"the monitor named queue {index} of a device with {QueueCount}");

    private static EventDescriptor? TakeEvent(VhostUserMessage message)
    {
        if ((message.UInt64(0) & VringNoDescriptor) != 0)
        {
            return null;
        }

        var handle = message.TakeDescriptor();
        if (EventDescriptor.TryFrom(handle) is { } notifier)
        {
            return notifier;
        }

        handle.Dispose();
        throw new DeviceBrokenException($"the monitor sent something else than an eventfd with {message.Request}");
    }

    private static ulong Accepted(ulong wanted, ulong offered, string what) => (wanted & ~offered) == 0
        ? wanted
        : throw new DeviceBrokenException($"the monitor accepted {what} that were not offered: 0x{wanted & ~offered:x}");

    private static byte[] Number(ulong value)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
