using System.Buffers.Binary;
using Mayfly.Native;
using Mayfly.Transports.Vsock.VhostUser;
using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Messages;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Tests.Transports.Vsock.VhostUser.Fuzzing;

/// <summary>The monitor's messages, without the socket: an input is up to 8 of them and a look at the queues.</summary>
internal sealed class MessageFuzzer : IKickWatcher, IDisposable
{
    private static readonly VhostUserRequest[] s_setUp =
    [
        VhostUserRequest.SetMemoryTable, VhostUserRequest.SetVringSize, VhostUserRequest.SetVringBase,
        VhostUserRequest.SetVringAddress, VhostUserRequest.SetVringCall, VhostUserRequest.SetVringKick, VhostUserRequest.SetVringEnable,
    ];

    private readonly HashSet<EventDescriptor> _watched = [];
    private VhostUserBackEnd? _backEnd;

    public long Breaks { get; private set; }

    public void Step(FuzzRandom random)
    {
        _backEnd ??= new VhostUserBackEnd(this);
        try
        {
            for (var count = 1 + random.Below(8); count > 0; count--)
            {
                var (request, payload, descriptors) = Create(random);
                using var message = new VhostUserMessage(request, (uint)random.Below(16), payload, descriptors);
                var reply = _backEnd.Handle(message);
                FuzzFailureException.ThrowUnless(reply is not { Length: > 20 }, "answers are short");
                Exchange();
            }
        }
        catch (DeviceBrokenException)
        {
            Breaks++;
            Dispose();
            FuzzFailureException.ThrowUnless(_watched.Count == 0, "nothing is watched after the end");
        }
    }

    public bool TryWatch(int queue, EventDescriptor kick) => _watched.Add(kick);

    public void Unwatch(EventDescriptor kick) => FuzzFailureException.ThrowUnless(_watched.Remove(kick), "what is unwatched was watched");

    public void Dispose()
    {
        _backEnd?.Dispose();
        _backEnd = null;
    }

    /// <summary>A message that mostly makes sense.</summary>
    public static (VhostUserRequest Request, byte[] Payload, List<SafeFileHandle> Descriptors) Create(FuzzRandom random)
    {
        var request = random.OneIn(4) ? (VhostUserRequest)random.Below(42) : s_setUp[random.Below(s_setUp.Length)];
        var queue = (uint)random.Below(random.OneIn(60) ? 5 : 2);
        var descriptors = new List<SafeFileHandle>();
        var payload = Payload(request, queue, random, descriptors);
        for (var spoils = random.OneIn(12) ? 1 + random.Below(3) : 0; spoils > 0; spoils--)
        {
            Spoil(ref payload, descriptors, random);
        }

        return (request, payload, descriptors);
    }

    private static byte[] Payload(VhostUserRequest request, uint queue, FuzzRandom random, List<SafeFileHandle> descriptors)
    {
        var start = (ulong)(queue * FuzzedMemory.TransmitStart);
        switch (request)
        {
            case VhostUserRequest.SetMemoryTable:
                return Memory(random, descriptors);
            case VhostUserRequest.SetVringSize:
                return Words(queue, FuzzedMemory.QueueSize);
            case VhostUserRequest.SetVringBase or VhostUserRequest.GetVringBase:
                return Words(queue, 0);
            case VhostUserRequest.SetVringEnable:
                return Words(queue, random.OneIn(4) ? 0U : 1);
            case VhostUserRequest.SetVringAddress:
                var address = FuzzedMemory.MonitorBase + start;
                return [.. Words(queue, 0), .. Long(address), .. Long(address + FuzzedMemory.UsedOffset), .. Long(address + FuzzedMemory.AvailableOffset), .. Long(0)];
            case VhostUserRequest.SetVringKick or VhostUserRequest.SetVringCall or VhostUserRequest.SetVringError:
                var none = random.OneIn(10);
                if (!none)
                {
                    descriptors.Add(random.OneIn(40) ? TestMemoryFile.Create(8) : new EventDescriptor().Handle);
                }

                return Long(queue | (none ? 0x100UL : 0));
            case VhostUserRequest.SetFeatures:
                return Long((1UL << 32) | (random.Next() & (7UL << 28)));
            case VhostUserRequest.SetProtocolFeatures:
                return Long(random.Next() & 0x208);
            case VhostUserRequest.GetConfig or VhostUserRequest.SetConfig:
                return [.. Words(0, 8), .. Words(0, 0), .. Words(0, 0)];
            default:
                return random.OneIn(2) ? [] : Words(queue, (uint)random.Odd());
        }
    }

    private static byte[] Memory(FuzzRandom random, List<SafeFileHandle> descriptors)
    {
        var count = random.OneIn(30) ? random.Below(10) : 1 + random.Below(2);
        List<byte> payload = [.. Words((uint)count, 0)];
        for (var index = 0; index < count; index++)
        {
            descriptors.Add(TestMemoryFile.Create(random.OneIn(20) ? 4096 : FuzzedMemory.FileBytes, sealed_: !random.OneIn(40)));
            payload.AddRange(Long(FuzzedMemory.LowBase + ((ulong)index * 0x100_0000)));
            payload.AddRange(Long(FuzzedMemory.LowBytes));
            payload.AddRange(Long(FuzzedMemory.MonitorBase + ((ulong)index * 0x100_0000)));
            payload.AddRange(Long(random.OneIn(8) ? 0x1000UL : 0));
        }

        return [.. payload];
    }

    private static void Spoil(ref byte[] payload, List<SafeFileHandle> descriptors, FuzzRandom random)
    {
        switch (random.Below(6))
        {
            case 0:
                payload = payload[..random.Below(payload.Length + 1)];
                break;
            case 1:
                payload = [.. payload, .. new byte[random.Below(300)]];
                break;
            case 2:
                descriptors.Add(new EventDescriptor().Handle);
                break;
            case 3 when descriptors.Count > 0:
                descriptors[0].Dispose();
                descriptors.RemoveAt(0);
                break;
            default:
                if (payload.Length >= 8)
                {
                    var at = random.Below(payload.Length / 4 - 1) * 4;
                    BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(at), random.Odd());
                }

                break;
        }
    }

    private static byte[] Words(uint first, uint second) => Long(first | ((ulong)second << 32));

    private static byte[] Long(ulong value) => BitConverter.GetBytes(value);

    private void Exchange()
    {
        if (_backEnd!.Queue(VhostUserBackEnd.TransmitQueue) is not { } transmit || _backEnd.Queue(VhostUserBackEnd.ReceiveQueue) is not { } receive)
        {
            return;
        }

        var muxer = new VsockMuxer(new QueueFuzzerHost(), []);
        _ = QueueExchange.Take(transmit, muxer, 64);
        _ = QueueExchange.Give(receive, muxer, 64);
        _ = QueueExchange.HasMore(transmit, receive, muxer);
        _backEnd.Interrupt(VhostUserBackEnd.TransmitQueue);
    }

    /// <summary>Never asked: nobody connects.</summary>
    private sealed class QueueFuzzerHost : IConnectionHost
    {
        public void Wake(VsockConnection connection) => throw new FuzzFailureException("nobody is connected");

        public ITimer ExpireAfter(VsockConnection connection, TimeSpan delay) => throw new FuzzFailureException("nobody is connected");
    }
}
