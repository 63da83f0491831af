using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Messages;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>The conversation with the host: cuts it into channels and hands each its frames.</summary>
internal sealed class GuestSession : IEventSource, IFrameSink
{
    private const int MaxPingBytes = 64;

    // A virtio-serial port hands out one of the driver's 4 KiB buffers per read; a vector takes several at a time.
    private const int PortBufferBytes = 4096;
    private const int BuffersPerRead = 16;
    private const int ReadsPerTurn = 4;

    private readonly Descriptor _input;
    private readonly Descriptor _output;
    private readonly EventLoop _loop;
    private readonly AgentEnd _end;
    private readonly IChannelFactory _factory;
    private readonly FrameWriter _writer;
    private readonly FrameReader _reader;
    private readonly Dictionary<uint, Channel> _channels = [];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(PortBufferBytes * BuffersPerRead, pinned: true);
    private bool _greeted;
    private uint _lastChannel;

    /// <summary>The two descriptors may be one.</summary>
    public GuestSession(Descriptor input, Descriptor output, EventLoop loop, IChannelFactory factory, AgentEnd end)
    {
        _input = input;
        _output = output;
        _loop = loop;
        _factory = factory;
        _end = end;
        _writer = new FrameWriter(input, output, end);
        _reader = new FrameReader(this);
    }

    /// <summary>Tells the host that the agent serves. Blocks until the host has opened its side.</summary>
    public void Announce(Hello hello)
    {
        _writer.Send(FrameType.Hello, StreamId.Input, 0, MessageWriter.Write(hello));
        if (Libc.Control(_input, Linux.F_SETFL, Linux.O_NONBLOCK) != 0 || Libc.Control(_output, Linux.F_SETFL, Linux.O_NONBLOCK) != 0)
        {
            throw NativeException.Last("fcntl on the session's streams");
        }

        new Watch(_loop, _input, Linux.EPOLLIN, this).Start();
    }

    /// <summary>Forgets a channel that has had its outcome; callable from any thread.</summary>
    public void Close(uint number) => _loop.Post(() => _channels.Remove(number));

    public void OnReady(uint events)
    {
        // Bounded, so that a busy host does not keep the commands' pipes from their turn.
        for (var turn = 0; turn < ReadsPerTurn; turn++)
        {
            var count = Read();
            if (count <= 0)
            {
                if (count < 0 && Marshal.GetLastPInvokeError() is Errno.EAGAIN or Errno.EINTR)
                {
                    return;
                }

                _end.HostGone();
            }

            try
            {
                _reader.Feed(_buffer.AsSpan(0, count));
            }
            catch (ProtocolException exception)
            {
                _end.Fail($"the host broke the protocol: {exception.Message}");
            }

            if (count < _buffer.Length)
            {
                return;
            }
        }
    }

    public void OnData(FrameHeader header, ReadOnlySpan<byte> piece)
    {
        Require(_greeted && header.Stream == StreamId.Input, header);
        if (_channels.TryGetValue(header.Channel, out var channel))
        {
            channel.OnInput(piece);
        }
    }

    public void OnFrame(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Require(_greeted == (header.Type != FrameType.Hello), header);
        switch (header.Type)
        {
            case FrameType.Hello:
                Greet(HelloReader.Read(payload));
                break;
            case FrameType.Ping:
                Require(payload.Length <= MaxPingBytes, header);
                _writer.Send(FrameType.Pong, StreamId.Input, 0, payload);
                break;
            case FrameType.Open:
                Open(header, payload);
                break;
            default:
                if (_channels.TryGetValue(header.Channel, out var channel))
                {
                    Dispatch(channel, header, payload);
                }

                break;
        }
    }

    private static void Dispatch(Channel channel, FrameHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Type)
        {
            case FrameType.Eof:
                Require(header.Stream == StreamId.Input && payload.IsEmpty, header);
                channel.OnInputEnd();
                break;
            case FrameType.Credit:
                Require(header.Stream != StreamId.Input && payload.Length == sizeof(uint), header);
                channel.OnCredit(header.Stream, BinaryPrimitives.ReadUInt32LittleEndian(payload));
                break;
            case FrameType.Control:
                try
                {
                    channel.OnControl(ControlReader.Read(payload));
                }
                catch (ProtocolException exception)
                {
                    channel.Abort(new FailedOutcome(FailureCode.BadRequest, exception.Message));
                }

                break;
            default:
                Require(false, header);
                break;
        }
    }

    private static void Require(bool condition, FrameHeader header)
    {
        if (!condition)
        {
            throw new ProtocolException(
                $"a {header.Type} frame of {header.PayloadBytes} bytes on stream {header.Stream} of channel {header.Channel} is out of place");
        }
    }

    private void Greet(Hello host)
    {
        if (host.Version < ProtocolLimits.OldestVersion || host.OldestVersion > ProtocolLimits.Version)
        {
            throw new ProtocolException(
                $"the host speaks versions {host.OldestVersion} to {host.Version}, this agent {ProtocolLimits.OldestVersion} to {ProtocolLimits.Version}");
        }

        _greeted = true;
    }

    private void Open(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        // Numbers only count up, so a late frame never reaches the wrong operation.
        Require(header.Channel > _lastChannel, header);
        _lastChannel = header.Channel;
        var link = new SessionLink(this, _writer, header.Channel);
        try
        {
            if (_channels.Count >= ProtocolLimits.MaxChannels)
            {
                throw new ProtocolException($"{_channels.Count} channels are open, which is the limit");
            }

            var request = RequestReader.Read(payload);
            if (_factory.Open(request, link) is { } channel)
            {
                _channels.Add(header.Channel, channel);
            }
        }
        catch (ProtocolException exception)
        {
            link.SendOutcome(new FailedOutcome(FailureCode.BadRequest, exception.Message));
        }
    }

    private unsafe int Read()
    {
        var vectors = stackalloc IoVector[BuffersPerRead];

        // SAFETY: the array is pinned for its life, and the vectors cover it exactly.
        var start = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(_buffer, 0);
        for (var index = 0; index < BuffersPerRead; index++)
        {
            vectors[index] = new IoVector { Base = start + (index * PortBufferBytes), Length = PortBufferBytes };
        }

        return (int)Libc.ReadVector(_input, vectors, BuffersPerRead);
    }
}
