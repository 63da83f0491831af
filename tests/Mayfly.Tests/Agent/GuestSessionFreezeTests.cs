using System.Net.Sockets;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Session;
using Mayfly.Protocol;
using Mayfly.Tests.Session;

namespace Mayfly.Tests.Agent;

/// <summary>
/// The agent's end of freezing and waking, frame by frame. The test turns the loop, so it decides what has happened before
/// a frame is read.
/// </summary>
public sealed class GuestSessionFreezeTests : IDisposable
{
    private static readonly WakeSettings _wake = new()
    {
        HostName = "clone",
        UnixTimeMs = 1,
        Entropy = new byte[WakeSettings.EntropyBytes],
        MachineId = new string('a', 32),
    };

    private readonly FakeAwakening _awakening = new();
    private readonly FakeOperations _operations = new();
    private readonly EventLoop _loop = new();
    private readonly Socket _host;

    public GuestSessionFreezeTests()
    {
        _host = StartSession(_awakening);
        Turn(Encode(FrameType.Hello, 0, ProtocolJson.Encode(GuestWire.Greeting, ProtocolJson.Default.Hello)));
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void AFrozenSessionBeginsAnewWithAWakeMessage()
    {
        Turn(Open(1, new PullRequest { Path = "/" }));
        End(0);
        Turn(Open(7, new FreezeRequest()));
        Assert.IsType<FrozenOutcome>(ReadOutcome(7));

        Turn(Encode(FrameType.Wake, 0, WakeFormat.Encode(_wake)));
        var hello = Read();
        Turn(Encode(FrameType.Hello, 0, ProtocolJson.Encode(GuestWire.Greeting, ProtocolJson.Default.Hello)));
        Turn(Open(1, new PullRequest { Path = "/" }));

        Assert.Equal(_wake.MachineId, _awakening.Last?.MachineId);
        Assert.Equal((FrameType.Hello, 0u), (hello.Header.Type, hello.Header.Channel));
        Assert.Equal("prepared", ProtocolJson.Decode(hello.Payload, ProtocolJson.Default.Hello).HostName);
        Assert.Equal(2, _operations.Opened.Count);

        // What the first has left behind, such as its control group, may still be there.
        Assert.NotEqual(_operations.Opened[0].Link.Name, _operations.Opened[1].Link.Name);
        End(1);
    }

    [Fact]
    public void ACopyOfWhichThereIsMoreToSayGreetsOfItsOwn()
    {
        Turn(Open(1, new FreezeRequest()));
        Assert.IsType<FrozenOutcome>(ReadOutcome(1));
        _awakening.Warning = "it hurts";

        Turn(Encode(FrameType.Wake, 0, WakeFormat.Encode(_wake)));

        var hello = ProtocolJson.Decode(Read().Payload, ProtocolJson.Default.Hello);
        Assert.Equal("clone", hello.HostName);
        Assert.Equal(["it hurts"], hello.Warnings);
    }

    [Fact]
    public void WhileSomethingIsOpenItIsRefusedAndTheSessionGoesOn()
    {
        Turn(Open(1, new PullRequest { Path = "/" }));

        Turn(Open(2, new FreezeRequest()));

        var failed = Assert.IsType<FailedOutcome>(ReadOutcome(2));
        Assert.Equal((FailureCode.Other, "this machine can't be frozen: other operations are open (1)"), (failed.Code, failed.Message));
        End(0);
        Turn(Open(3, new FreezeRequest()));
        Assert.IsType<FrozenOutcome>(ReadOutcome(3));
    }

    [Fact]
    public void AnOperationThatHasEndedAMomentAgoIsNotInTheWay()
    {
        Turn(Open(1, new PullRequest { Path = "/" }));

        // The loop has yet to hear of the end when it reads the request.
        _operations.Opened[0].Link.SendOutcome(new TransferOutcome(0, 0, 0));
        _host.Send(Open(2, new FreezeRequest()));
        while (_host.Available == 0 || ReadOutcome() is not FrozenOutcome)
        {
            _loop.Turn();
        }

        Turn(Encode(FrameType.Wake, 0, WakeFormat.Encode(_wake)));
        Assert.Equal(FrameType.Hello, Read().Header.Type);
    }

    [Fact]
    public void WhatTheMachineItselfObjectsToIsTheReason()
    {
        _awakening.Refusal = "it must not";

        Turn(Open(1, new FreezeRequest()));

        Assert.Equal("this machine can't be frozen: it must not", Assert.IsType<FailedOutcome>(ReadOutcome(1)).Message);
    }

    [Fact]
    public void WhereNothingCanBeCopiedItIsRefused()
    {
        using var host = StartSession(null);
        host.Send(Encode(FrameType.Hello, 0, ProtocolJson.Encode(GuestWire.Greeting, ProtocolJson.Default.Hello)));
        _loop.Turn();
        host.Send(Open(1, new FreezeRequest()));
        _loop.Turn();

        Assert.Contains("virtio-serial", Assert.IsType<FailedOutcome>(Outcome(Read(host))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFrozenSessionTakesNothingButAWakeMessage()
    {
        Turn(Open(1, new FreezeRequest()));

        foreach (var frame in (byte[][])
            [
                Encode(FrameType.Hello, 0, ProtocolJson.Encode(GuestWire.Greeting, ProtocolJson.Default.Hello)),
                Open(2, new FreezeRequest()),
                Encode(FrameType.Ping, 0, []),
                Encode(FrameType.Wake, 1, WakeFormat.Encode(_wake)),
                Encode(FrameType.Wake, 0, "{}"u8),
                Encode(FrameType.Data, 1, "x"u8),
            ])
        {
            Assert.StartsWith("the host broke the protocol", Assert.Throws<InvalidOperationException>(() => Turn(frame)).Message, StringComparison.Ordinal);
        }

        Assert.Null(_awakening.Last);
    }

    [Fact]
    public void ASessionThatIsNotFrozenCanNotBeWoken()
    {
        var frame = Encode(FrameType.Wake, 0, WakeFormat.Encode(_wake));

        Assert.Throws<InvalidOperationException>(() => Turn(frame));
    }

    [Fact]
    public void WhatIsSentBehindTheRequestToFreezeIsABreach() =>
        Assert.Throws<InvalidOperationException>(() => Turn([.. Open(1, new FreezeRequest()), .. Encode(FrameType.Ping, 0, [])]));

    private static byte[] Encode(FrameType type, uint channel, ReadOnlySpan<byte> payload) => GuestWire.Encode(type, channel, StreamId.Input, payload);

    private static byte[] Open(uint channel, Request request) =>
        Encode(FrameType.Open, channel, ProtocolJson.Encode(request, ProtocolJson.Default.Request));

    private static (FrameHeader Header, byte[] Payload) Read(Socket host)
    {
        host.ReceiveTimeout = (int)SessionFixture.Patience.TotalMilliseconds;
        using var stream = new NetworkStream(host, ownsSocket: false);
        var header = new byte[FrameHeader.Size];
        stream.ReadExactly(header);
        var decoded = FrameHeader.Read(header);
        var payload = new byte[decoded.PayloadBytes];
        stream.ReadExactly(payload);
        return (decoded, payload);
    }

    private static Outcome Outcome((FrameHeader Header, byte[] Payload) frame)
    {
        Assert.Equal(FrameType.Outcome, frame.Header.Type);
        return ProtocolJson.Decode(frame.Payload, ProtocolJson.Default.Outcome);
    }

    private Socket StartSession(IAwakening? awakening)
    {
        var (agent, host) = SocketPair.Create();
        var session = new GuestSession(agent, agent, _loop, _operations, new FakeEnd(), awakening);
        session.Announce(GuestWire.Greeting);
        Assert.Equal(FrameType.Hello, Read(host).Header.Type);
        return host;
    }

    private (FrameHeader Header, byte[] Payload) Read() => Read(_host);

    private Outcome ReadOutcome(uint? channel = null)
    {
        var frame = Read();
        Assert.Equal(channel ?? frame.Header.Channel, frame.Header.Channel);
        return Outcome(frame);
    }

    /// <summary>Ends an operation, and has the loop hear of it.</summary>
    private void End(int operation)
    {
        _operations.Opened[operation].Link.SendOutcome(new TransferOutcome(0, 0, 0));
        Assert.IsType<TransferOutcome>(ReadOutcome());
        _loop.Turn();
    }

    private void Turn(byte[] frames)
    {
        _host.Send(frames);
        _loop.Turn();
    }
}
