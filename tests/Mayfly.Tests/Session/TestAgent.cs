using System.Buffers.Binary;
using System.Collections.Concurrent;
using Mayfly.Protocol;

namespace Mayfly.Tests.Session;

/// <summary>A guest that keeps the rules: greets, and runs a handler for each channel the host opens.</summary>
internal sealed class TestAgent(GuestWire wire, Func<AgentChannel, Request, Task> serve)
{
    private readonly ConcurrentDictionary<uint, AgentChannel> _channels = new();
    private readonly ConcurrentBag<Task> _served = [];

    /// <summary>Serves until the host closes; rethrows what a handler threw other than that the host has closed.</summary>
    public async Task RunAsync()
    {
        await wire.SendHelloAsync();
        try
        {
            await wire.ReadAsync(FrameType.Hello);
            while (await wire.ReadAsync() is { } frame)
            {
                Dispatch(frame.Header, frame.Payload);
            }
        }
        catch (IOException)
        {
            // The host closed while something was on its way.
        }

        foreach (var channel in _channels.Values)
        {
            channel.Hangup();
        }

        await Task.WhenAll(_served);
    }

    private async Task ServeAsync(AgentChannel channel, Request request)
    {
        try
        {
            await serve(channel, request);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The host had seen enough and closed.
        }
    }

    private void Dispatch(FrameHeader header, byte[] payload)
    {
        switch (header.Type)
        {
            case FrameType.Open:
                var channel = _channels[header.Channel] = new AgentChannel(header.Channel, wire);
                var request = ProtocolJson.Decode(payload, ProtocolJson.Default.Request);
                _served.Add(Task.Run(() => ServeAsync(channel, request)));
                break;
            case FrameType.Data:
                _channels[header.Channel].TakeInput(payload);
                break;
            case FrameType.Eof:
                _channels[header.Channel].TakeEof();
                break;
            case FrameType.Credit:
                _channels[header.Channel].TakeCredit(header.Stream, (int)BinaryPrimitives.ReadUInt32LittleEndian(payload));
                break;
            case FrameType.Control:
                _channels[header.Channel].TakeControl(ProtocolJson.Decode(payload, ProtocolJson.Default.Control));
                break;
            default:
                throw new InvalidOperationException($"the host sent a {header.Type}");
        }
    }
}
