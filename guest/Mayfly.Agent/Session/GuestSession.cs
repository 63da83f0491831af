using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Messages;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>The conversation with the host: cuts it into channels and hands each its frames.</summary>
internal sealed partial class GuestSession : IEventSource, IFrameSink
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
    private readonly IAwakening? _awakening;
    private readonly FrameWriter _writer;
    private readonly FrameReader _reader;
    private readonly Dictionary<uint, OpenChannel> _channels = [];
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(PortBufferBytes * BuffersPerRead, pinned: true);
    private SessionStage _stage;
    private uint _lastChannel;
    private ulong _lastOperation;

    /// <summary>The two descriptors may be one. Without <paramref name="awakening"/> the machine can't be frozen.</summary>
    public GuestSession(Descriptor input, Descriptor output, EventLoop loop, IChannelFactory factory, AgentEnd end, IAwakening? awakening = null)
    {
        _input = input;
        _output = output;
        _loop = loop;
        _factory = factory;
        _end = end;
        _awakening = awakening;
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
    public void Close(SessionLink link) => _loop.Post(() => Forget(link));

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
        Require(_stage == SessionStage.Open && header.Stream == StreamId.Input, header);
        if (_channels.TryGetValue(header.Channel, out var open))
        {
            open.Channel.OnInput(piece);
        }
    }

    public void OnFrame(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Require(_stage == StageOf(header.Type), header);
        switch (header.Type)
        {
            case FrameType.Hello:
                Greet(HelloReader.Read(payload));
                break;
            case FrameType.Wake:
                Require(header is { Channel: 0, Stream: StreamId.Input }, header);
                Wake(WakeReader.Read(payload));
                break;
            case FrameType.Ping:
                Require(payload.Length <= MaxPingBytes, header);
                _writer.Send(FrameType.Pong, StreamId.Input, 0, payload);
                break;
            case FrameType.Open:
                Open(header, payload);
                break;
            default:
                if (_channels.TryGetValue(header.Channel, out var open))
                {
                    Dispatch(open.Channel, header, payload);
                }

                break;
        }
    }

    private static SessionStage StageOf(FrameType type) => type switch
    {
        FrameType.Hello => SessionStage.Greeting,
        FrameType.Wake => SessionStage.Frozen,
        _ => SessionStage.Open,
    };

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

        _stage = SessionStage.Open;
    }

    private void Open(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        // Numbers only count up, so a late frame never reaches the wrong operation.
        Require(header.Channel > _lastChannel, header);
        _lastChannel = header.Channel;
        var link = new SessionLink(this, _writer, header.Channel, ++_lastOperation);
        try
        {
            if (_channels.Count >= ProtocolLimits.MaxChannels)
            {
                throw new ProtocolException($"{_channels.Count} channels are open, which is the limit");
            }

            var request = RequestReader.Read(payload);
            if (request is FreezeRequest)
            {
                Freeze(link);
            }
            else if (_factory.Open(request, link) is { } channel)
            {
                _channels.Add(header.Channel, new OpenChannel(channel, link));
            }
        }
        catch (ProtocolException exception)
        {
            link.SendOutcome(new FailedOutcome(FailureCode.BadRequest, exception.Message));
        }
    }

    private void Forget(SessionLink link)
    {
        // The number may have come to be another channel's, in a copy that has woken meanwhile.
        if (_channels.TryGetValue(link.Number, out var open) && open.Link == link)
        {
            _channels.Remove(link.Number);
            FreezeWhenQuiet();
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
