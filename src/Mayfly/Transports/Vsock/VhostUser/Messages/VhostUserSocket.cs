using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mayfly.Native;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Transports.Vsock.VhostUser.Messages;

/// <summary>Cuts the front end's bytes into messages, and sends the answers. Never waits.</summary>
internal sealed class VhostUserSocket(Socket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[VhostUserMessage.HeaderBytes + VhostUserMessage.MaxPayloadBytes];
    private readonly List<SafeFileHandle> _descriptors = [];
    private int _length;

    /// <summary>For epoll.</summary>
    public SafeHandle Handle => socket.SafeHandle;

    /// <summary>The front end has closed its end.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>The next message, once it is there as a whole; null where it is not.</summary>
    /// <exception cref="DeviceBrokenException">What comes is no message.</exception>
    public VhostUserMessage? TryReceive()
    {
        while (true)
        {
            // Never more than one message: descriptors come with the first byte of theirs.
            var wanted = Wanted();
            if (_length == wanted)
            {
                return Take();
            }

            var count = Read(_buffer.AsSpan(_length, wanted - _length));
            if (count <= 0)
            {
                return null;
            }

            _length += count;
        }
    }

    /// <summary>Answers a request.</summary>
    /// <exception cref="DeviceBrokenException">The front end does not take it.</exception>
    public void Reply(VhostUserRequest request, ReadOnlySpan<byte> payload)
    {
        Span<byte> message = stackalloc byte[VhostUserMessage.HeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)request);
        BinaryPrimitives.WriteUInt32LittleEndian(message[4..], VhostUserMessage.Version | VhostUserMessage.FlagReply);
        BinaryPrimitives.WriteUInt32LittleEndian(message[8..], (uint)payload.Length);
        payload.CopyTo(message[VhostUserMessage.HeaderBytes..]);
        if (DescriptorMessage.Send(Handle, message) != message.Length)
        {
            throw new DeviceBrokenException($"the monitor does not take the answer to {request}");
        }
    }

    public void Dispose()
    {
        foreach (var descriptor in _descriptors)
        {
            descriptor.Dispose();
        }

        socket.Dispose();
    }

    private int Wanted()
    {
        if (_length < VhostUserMessage.HeaderBytes)
        {
            return VhostUserMessage.HeaderBytes;
        }

        var flags = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(4));
        var payload = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(8));
        return payload <= VhostUserMessage.MaxPayloadBytes && (flags & VhostUserMessage.VersionMask) == VhostUserMessage.Version
            ? VhostUserMessage.HeaderBytes + (int)payload
            : throw new DeviceBrokenException($"the monitor sent a message of {payload} bytes with flags 0x{flags:x}, which is not vhost-user");
    }

    private VhostUserMessage Take()
    {
        var message = new VhostUserMessage(
            (VhostUserRequest)BinaryPrimitives.ReadUInt32LittleEndian(_buffer),
            BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(4)),
            _buffer.AsSpan(VhostUserMessage.HeaderBytes, _length - VhostUserMessage.HeaderBytes).ToArray(),
            _descriptors);
        _descriptors.Clear();
        _length = 0;
        return message;
    }

    private int Read(Span<byte> buffer)
    {
        nint count;
        try
        {
            count = DescriptorMessage.Receive(Handle, buffer, _descriptors);
        }
        catch (InvalidDataException exception)
        {
            throw new DeviceBrokenException($"the monitor broke vhost-user: {exception.Message}");
        }

        if (_descriptors.Count > DescriptorMessage.MaxDescriptors)
        {
            throw new DeviceBrokenException($"the monitor sent more than {DescriptorMessage.MaxDescriptors} descriptors with one message");
        }

        var error = Marshal.GetLastPInvokeError();
        if (count < 0 && error is not (DescriptorCalls.WouldBlock or DescriptorCalls.Interrupted))
        {
            throw new DeviceBrokenException($"the monitor's vhost-user socket failed: {new Win32Exception(error).Message}");
        }

        IsAtEnd |= count == 0;
        return (int)count;
    }
}
