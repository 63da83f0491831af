using System.Buffers.Binary;
using Mayfly.Protocol;

namespace Mayfly.Tests.Session;

/// <summary>The guest's end of a stream, frame by frame, free to break every rule.</summary>
internal sealed class GuestWire(Stream stream) : IAsyncDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);

    public static Hello Greeting { get; } = new()
    {
        Version = ProtocolLimits.Version,
        OldestVersion = ProtocolLimits.OldestVersion,
        Software = "test",
        KernelRelease = "6.1.0-test",
        UptimeMs = 12,
    };

    public Stream Stream => stream;

    public static byte[] Encode(FrameType type, uint channel, StreamId id, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, id, channel).Write(frame);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        return frame;
    }

    public async Task SendAsync(FrameType type, uint channel, StreamId id, ReadOnlyMemory<byte> payload)
    {
        await _writing.WaitAsync();
        try
        {
            await stream.WriteAsync(Encode(type, channel, id, payload.Span));
        }
        finally
        {
            _writing.Release();
        }
    }

    public Task SendHelloAsync(Hello? hello = null) =>
        SendAsync(FrameType.Hello, 0, StreamId.Input, ProtocolJson.Encode(hello ?? Greeting, ProtocolJson.Default.Hello));

    public Task SendAsync(uint channel, Progress progress) =>
        SendAsync(FrameType.Progress, channel, StreamId.Input, ProtocolJson.Encode(progress, ProtocolJson.Default.Progress));

    public Task SendAsync(uint channel, Outcome outcome) =>
        SendAsync(FrameType.Outcome, channel, StreamId.Input, ProtocolJson.Encode(outcome, ProtocolJson.Default.Outcome));

    public Task SendCreditAsync(uint channel, StreamId id, int bytes)
    {
        var payload = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(payload, (uint)bytes);
        return SendAsync(FrameType.Credit, channel, id, payload);
    }

    /// <summary>The host's next frame; null at the end.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)?> ReadAsync()
    {
        var header = new byte[FrameHeader.Size];
        if (await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            return null;
        }

        var decoded = FrameHeader.Read(header);
        var payload = new byte[decoded.PayloadBytes];
        await stream.ReadExactlyAsync(payload);
        return (decoded, payload);
    }

    /// <summary>The host's next frame of this type; others before it are passed over.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)> ReadAsync(FrameType type)
    {
        while (true)
        {
            var frame = await ReadAsync() ?? throw new EndOfStreamException($"the host closed before a {type}");
            if (frame.Header.Type == type)
            {
                return frame;
            }
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
