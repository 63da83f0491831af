using System.Buffers.Binary;
using Mayfly.Native;
using Mayfly.Transports.Vsock.VhostUser;
using Mayfly.Transports.Vsock.VhostUser.Messages;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Tests.Transports.Vsock.VhostUser.Fuzzing;

/// <summary>The bytes of the monitor's socket: an input is a few messages, cut anywhere, with descriptors at any piece.</summary>
internal sealed class SocketFuzzer : IKickWatcher
{
    public static void Step(FuzzRandom random)
    {
        var (monitor, device) = TestDescriptors.Pair();
        using (monitor)
        {
            using var socket = new VhostUserSocket(device);
            using var backEnd = new VhostUserBackEnd(new SocketFuzzer());
            try
            {
                for (var count = 1 + random.Below(6); count > 0; count--)
                {
                    Send(monitor.SafeHandle, random);
                    Receive(socket, backEnd);
                }

                monitor.Close();
                Receive(socket, backEnd);
                FuzzFailureException.ThrowUnless(socket.IsAtEnd, "the end of the stream is seen");
            }
            catch (DeviceBrokenException)
            {
                // As it may.
            }
        }
    }

    public bool TryWatch(int queue, EventDescriptor kick) => true;

    public void Unwatch(EventDescriptor kick)
    {
    }

    private static void Receive(VhostUserSocket socket, VhostUserBackEnd backEnd)
    {
        while (socket.TryReceive() is { } message)
        {
            using (message)
            {
                if (backEnd.Handle(message) is { } reply)
                {
                    socket.Reply(message.Request, reply);
                }
            }
        }
    }

    private static void Send(System.Runtime.InteropServices.SafeHandle socket, FuzzRandom random)
    {
        var (request, payload, descriptors) = MessageFuzzer.Create(random);
        var bytes = new byte[VhostUserMessage.HeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)request);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), random.OneIn(50) ? (uint)random.Odd() : 1U | ((uint)random.Below(2) << 3));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), random.OneIn(30) ? (uint)random.Odd() : (uint)payload.Length);
        payload.CopyTo(bytes.AsSpan(VhostUserMessage.HeaderBytes));
        while (random.OneIn(20) && descriptors.Count < 40)
        {
            for (var extra = random.Below(20); extra > 0; extra--)
            {
                descriptors.Add(new EventDescriptor().Handle);
            }
        }

        var cut = random.OneIn(3) ? 1 + random.Below(bytes.Length - 1) : bytes.Length;
        var first = random.OneIn(10) ? random.Below(descriptors.Count + 1) : descriptors.Count;
        var all = descriptors.ToArray();
        _ = TestDescriptors.Send(socket, bytes.AsSpan(0, cut), all.AsSpan(0, first));
        if (cut < bytes.Length)
        {
            _ = TestDescriptors.Send(socket, bytes.AsSpan(cut), all.AsSpan(first));
        }

        Array.ForEach<SafeFileHandle>(all, descriptor => descriptor.Dispose());
    }
}
