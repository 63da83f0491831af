using System.Buffers.Binary;
using System.Net.Sockets;
using Mayfly.Native;
using Mayfly.Transports.Vsock.VhostUser.Messages;
using Mayfly.Transports.Vsock.VhostUser.Packets;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

/// <summary>The monitor's side of vhost-user, as QEMU plays it, and the guest behind it.</summary>
internal sealed class FrontEnd : IDisposable
{
    private readonly EventDescriptor[] _kicks = [new(), new()];
    private readonly EventDescriptor[] _calls = [new(), new()];
    private readonly Epoll _epoll = new();

    public FrontEnd(string path)
    {
        Socket.Connect(new UnixDomainSocketEndPoint(path));
        Socket.ReceiveTimeout = 30_000;
        foreach (var call in _calls)
        {
            Assert.True(_epoll.TryAdd(call.Handle, 0));
        }
    }

    public Socket Socket { get; } = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public GuestDriver Guest { get; } = new();

    public static byte[] Message(VhostUserRequest request, ReadOnlySpan<byte> payload, uint flags = VhostUserMessage.Version)
    {
        var bytes = new byte[VhostUserMessage.HeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)request);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)payload.Length);
        payload.CopyTo(bytes.AsSpan(VhostUserMessage.HeaderBytes));
        return bytes;
    }

    public static byte[] Words(uint first, uint second) => Number(first | ((ulong)second << 32));

    public static byte[] Number(ulong value) => BitConverter.GetBytes(value);

    public void Send(VhostUserRequest request, byte[] payload, params SafeFileHandle[] descriptors)
    {
        var message = Message(request, payload);
        Assert.Equal(message.Length, TestDescriptors.Send(Socket.SafeHandle, message, descriptors));
    }

    /// <summary>Sends a request that has an answer.</summary>
    public byte[] Ask(VhostUserRequest request, byte[] payload)
    {
        Send(request, payload);
        return Answer(request);
    }

    public byte[] Answer(VhostUserRequest request)
    {
        var header = Read(VhostUserMessage.HeaderBytes);
        Assert.Equal((uint)request, BitConverter.ToUInt32(header));
        Assert.Equal(VhostUserMessage.Version | VhostUserMessage.FlagReply, BitConverter.ToUInt32(header, 4));
        return Read(BitConverter.ToInt32(header, 8));
    }

    public void ShareMemory() => Send(
        VhostUserRequest.SetMemoryTable,
        [.. Words(1, 0), .. Number(GuestRam.GuestBase), .. Number((ulong)Guest.Ram.Length), .. Number(GuestRam.MonitorBase), .. Number(0)],
        Guest.Ram.File);

    public void StartQueue(uint index, ushort from = 0)
    {
        var layout = (index == 0 ? Guest.Receive : Guest.Transmit).Layout;
        Send(VhostUserRequest.SetVringSize, Words(index, layout.Size));
        Send(VhostUserRequest.SetVringBase, Words(index, from));
        Send(VhostUserRequest.SetVringAddress, [.. Words(index, 0), .. Number(layout.DescriptorAddress), .. Number(layout.UsedAddress), .. Number(layout.AvailableAddress), .. Number(0)]);
        Send(VhostUserRequest.SetVringCall, Number(index), _calls[index].Handle);
        Send(VhostUserRequest.SetVringKick, Number(index), _kicks[index].Handle);
        Send(VhostUserRequest.SetVringEnable, Words(index, 1));
    }

    /// <summary>All that QEMU says until the guest's driver is ready.</summary>
    public void SetUp()
    {
        var features = Ask(VhostUserRequest.GetFeatures, []);
        _ = Ask(VhostUserRequest.GetProtocolFeatures, []);
        Send(VhostUserRequest.SetProtocolFeatures, Number(1UL << 9));
        Send(VhostUserRequest.SetOwner, []);
        Send(VhostUserRequest.SetFeatures, features);
        ShareMemory();
        StartQueue(0);
        StartQueue(1);
        Guest.GiveReceiveBuffers();
        Kick();
    }

    public void Kick() => Array.ForEach(_kicks, kick => kick.Raise());

    public void SendPacket(PacketHeader header, ReadOnlySpan<byte> payload = default)
    {
        Guest.Send(header, payload);
        Kick();
    }

    /// <summary>The next packet of the device's; waits for its interrupt.</summary>
    public async Task<(PacketHeader Header, byte[] Payload)> TakePacketAsync() => await Task.Run(() =>
    {
        while (true)
        {
            Guest.Receive.WantInterrupt();
            if (Guest.TryTake() is { } packet)
            {
                Kick();
                return packet;
            }

            _epoll.Wait(timeoutMs: -1);
            Array.ForEach(_calls, call => call.Clear());
        }
    }).WaitAsync(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        Socket.Dispose();
        _epoll.Dispose();
        Array.ForEach(_kicks, kick => kick.Dispose());
        Array.ForEach(_calls, call => call.Dispose());
        Guest.Dispose();
    }

    private byte[] Read(int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            var count = Socket.Receive(bytes.AsSpan(at));
            Assert.NotEqual(0, count);
            at += count;
        }

        return bytes;
    }
}
