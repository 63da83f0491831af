using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Transports.Vsock.VhostUser.Messages;

/// <summary>One message of the front end. The descriptors that nobody took are closed with it.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="flags">Version and whether an answer is wanted.</param>
/// <param name="payload">What follows the header; the field readers throw where it is too short.</param>
/// <param name="descriptors">What came beside the bytes.</param>
internal sealed class VhostUserMessage(VhostUserRequest request, uint flags, byte[] payload, IReadOnlyList<SafeFileHandle> descriptors) : IDisposable
{
    /// <summary>Request, flags and the payload's length, four bytes each, in the host's byte order.</summary>
    public const int HeaderBytes = 12;

    /// <summary>The largest payload taken. The largest there is, a memory table, has 264 bytes; a configuration 268.</summary>
    public const int MaxPayloadBytes = 4096;

    /// <summary>The only version of the protocol there is.</summary>
    public const uint Version = 1;

    public const uint VersionMask = 3;
    public const uint FlagReply = 4;

    private const uint FlagNeedReply = 8;

    private readonly List<SafeFileHandle> _descriptors = [.. descriptors];

    public VhostUserRequest Request => request;

    public ReadOnlySpan<byte> Payload => payload;

    /// <summary>The front end waits for an acknowledgement, where that was negotiated.</summary>
    public bool NeedsReply => (flags & FlagNeedReply) != 0;

    public int DescriptorCount => _descriptors.Count;

    public uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(Part(offset, sizeof(uint)));

    public ulong UInt64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(Part(offset, sizeof(ulong)));

    /// <summary>Takes the next descriptor: it is the caller's from here on.</summary>
    /// <exception cref="DeviceBrokenException">There is none left.</exception>
    public SafeFileHandle TakeDescriptor()
    {
        if (_descriptors.Count == 0)
        {
            throw new DeviceBrokenException($"the monitor sent {request} without the descriptor that belongs to it");
        }

        var descriptor = _descriptors[0];
        _descriptors.RemoveAt(0);
        return descriptor;
    }

    public void Dispose()
    {
        foreach (var descriptor in _descriptors)
        {
            descriptor.Dispose();
        }
    }

    private ReadOnlySpan<byte> Part(int offset, int length) => offset <= payload.Length - length
        ? payload.AsSpan(offset, length)
        : throw new DeviceBrokenException($"the monitor sent {request} with {payload.Length} bytes, which is too short");
}
