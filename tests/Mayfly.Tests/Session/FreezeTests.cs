using System.Text;
using Mayfly.Diagnostics;
using Mayfly.Protocol;
using Mayfly.Session;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Session;

/// <summary>The host's end of freezing and waking, with a guest that keeps the rules or breaks them.</summary>
public sealed class FreezeTests
{
    private static readonly WakeSettings _wake = new()
    {
        HostName = "clone",
        UnixTimeMs = 1_700_000_000_000,
        Entropy = new byte[WakeSettings.EntropyBytes],
        MachineId = new string('a', 32),
        Parts = new WakeParts { Files = [new WakeFile("/etc/x", 0x180, [1, 2, 3])] },
    };

    [Fact]
    public async Task AFrozenGuestKeepsItsStreamUntilTheConnectionIsDisposedOf()
    {
        await using var session = await SessionFixture.OpenAsync();

        await FreezeAsync(session);

        var refused = await Assert.ThrowsAsync<SessionBrokenException>(() => session.Connection.StartAsync(SessionFixture.Exec(), CancellationToken.None));
        Assert.Contains("frozen", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SessionBrokenException>(() => session.Connection.FreezeAsync(CancellationToken.None));
        var next = session.Wire.ReadAsync();
        Assert.False(session.Connection.Closed.IsCompleted);
        Assert.False(next.IsCompleted);
        await session.Connection.DisposeAsync();
        Assert.Null(await next.WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public async Task WhatIsStillToBeSaidOfEarlierOperationsIsSaidBeforeTheGuestIsAskedAndNothingAfterwards()
    {
        var (host, guest) = await SocketPair.CreateAsync();
        await using var wire = new GuestWire(guest);
        var queue = new OutgoingQueue(host);
        var earlier = new FreezeChannel(queue, TimeProvider.System);
        earlier.Open(1);

        queue.Cancel(earlier);
        queue.Pong("before"u8);
        await queue.OpenLastAsync(() => 2, new byte[1], CancellationToken.None);
        queue.CloseInput(earlier);
        queue.Grant(earlier, StreamId.Output, 1);
        queue.Pong("behind"u8);
        await Assert.ThrowsAsync<SessionBrokenException>(() => queue.SendAsync(earlier, FrameType.Data, new byte[1], CancellationToken.None).AsTask());

        // Written only now, as where the writing has fallen behind.
        using var stop = new CancellationTokenSource();
        var writing = queue.RunAsync(stop.Token);
        FrameType[] sent = [(await wire.ReadAsync())!.Value.Header.Type, (await wire.ReadAsync())!.Value.Header.Type, (await wire.ReadAsync())!.Value.Header.Type];
        Assert.Equal([FrameType.Control, FrameType.Pong, FrameType.Open], sent);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(SessionFixture.Patience));
        await host.DisposeAsync();
        Assert.Null(await wire.ReadAsync().WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public async Task WhileSomethingIsOpenNothingIsAskedAndTheSessionGoesOn()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync();

        var refused = await Assert.ThrowsAsync<SandboxImageException>(() => session.Connection.FreezeAsync(CancellationToken.None));

        Assert.Equal(ErrorCode.TemplateFailed, refused.Code);
        Assert.Contains("forwarded ports of it are open (1)", refused.Message, StringComparison.Ordinal);
        await session.Wire.SendAsync(1, new ExecOutcome { Kind = Mayfly.Protocol.ExecEndKind.Exited, ExitCode = 0 });
        await command.Outcome.WaitAsync(SessionFixture.Patience);
        await FreezeAsync(session);
    }

    [Fact]
    public async Task TheGuestsRefusalIsToldWithItsReasonAndMadeHarmless()
    {
        await using var session = await SessionFixture.OpenAsync();
        var freezing = session.Connection.FreezeAsync(CancellationToken.None);
        var open = await session.Wire.ReadAsync(FrameType.Open);

        await session.Wire.SendAsync(open.Header.Channel, new FailedOutcome(FailureCode.Other, "not\u001b[2J today"));

        var refused = await Assert.ThrowsAsync<SandboxImageException>(() => freezing.WaitAsync(SessionFixture.Patience));
        Assert.Equal(ErrorCode.TemplateFailed, refused.Code);
        Assert.Contains("today", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', refused.Message);
    }

    [Theory]
    [InlineData("""{"result":"transfer","entries":1,"bytes":1,"skipped":0}""", FrameType.Outcome)]
    [InlineData("""{"result":"closed"}""", FrameType.Outcome)]
    [InlineData("null", FrameType.Outcome)]
    [InlineData("""{"what":"heartbeat","elapsedMs":1}""", FrameType.Progress)]
    [InlineData("x", FrameType.Data)]
    [InlineData("", FrameType.Eof)]
    [InlineData("abcd", FrameType.Credit)]
    public async Task AnotherAnswerBreaksTheSession(string payload, FrameType type)
    {
        await using var session = await SessionFixture.OpenAsync();
        var freezing = session.Connection.FreezeAsync(CancellationToken.None);
        await session.Wire.ReadAsync(FrameType.Open);

        await session.Wire.SendAsync(type, 1, type == FrameType.Data ? StreamId.Output : StreamId.Input, Encoding.UTF8.GetBytes(payload));

        await Assert.ThrowsAsync<SessionBrokenException>(() => freezing.WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public async Task AGuestThatGoesAwayInsteadBreaksTheSession()
    {
        await using var session = await SessionFixture.OpenAsync();
        var freezing = session.Connection.FreezeAsync(CancellationToken.None);
        await session.Wire.ReadAsync(FrameType.Open);

        await session.Wire.DisposeAsync();

        await Assert.ThrowsAsync<SessionBrokenException>(() => freezing.WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public async Task TheWaitCanBeGivenUp()
    {
        await using var session = await SessionFixture.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var freezing = session.Connection.FreezeAsync(cancel.Token);
        await session.Wire.ReadAsync(FrameType.Open);

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => freezing.WaitAsync(SessionFixture.Patience));
        Assert.Equal(cancel.Token, exception.CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AGuestThatSpeaksOnAfterItHasFrozenIsBroken(bool atOnce)
    {
        await using var session = await SessionFixture.OpenAsync();
        var freezing = session.Connection.FreezeAsync(CancellationToken.None);
        await session.Wire.ReadAsync(FrameType.Open);
        var frozen = GuestWire.Encode(FrameType.Outcome, 1, StreamId.Input, """{"result":"frozen"}"""u8);

        // One byte is no frame yet, and too much already.
        await session.Wire.Stream.WriteAsync(atOnce ? [.. frozen, 0] : frozen);
        await freezing.WaitAsync(SessionFixture.Patience);
        if (!atOnce)
        {
            await session.Wire.Stream.WriteAsync(new byte[1]);
        }

        Assert.StartsWith(
            "the guest broke the protocol with bytes after",
            await session.Connection.Closed.WaitAsync(SessionFixture.Patience),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFrozenGuestThatEndsIsTold()
    {
        await using var session = await SessionFixture.OpenAsync();
        await FreezeAsync(session);

        await session.Wire.DisposeAsync();

        Assert.Equal("the guest closed it", await session.Connection.Closed.WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public async Task ACopyIsWokenWithItsSettingsAndThenGreets()
    {
        var (host, guest) = await SocketPair.CreateAsync();
        await using var wire = new GuestWire(guest);
        var waking = WakeAsync(host);

        var (header, payload) = (await wire.ReadAsync())!.Value;
        Assert.Equal((FrameType.Wake, 0u, StreamId.Input), (header.Type, header.Channel, header.Stream));
        var settings = WakeFormat.Decode(payload);
        Assert.Equal((_wake.HostName, _wake.UnixTimeMs, _wake.MachineId), (settings.HostName, settings.UnixTimeMs, settings.MachineId));
        Assert.Equal([1, 2, 3], Assert.Single(settings.Parts!.Files).Content);
        await wire.SendHelloAsync(GuestWire.Greeting with { HostName = "clone" });
        await using var connection = await waking.WaitAsync(SessionFixture.Patience);

        Assert.Equal("clone", connection.Guest.HostName);
        await wire.ReadAsync(FrameType.Hello);
        var starting = connection.StartAsync(SessionFixture.Exec(), CancellationToken.None);
        var open = await wire.ReadAsync(FrameType.Open);
        await wire.SendAsync(open.Header.Channel, new StartedProgress(1));
        await using var command = await starting.WaitAsync(SessionFixture.Patience);
    }

    [Fact]
    public async Task ACopyThatDoesNotSayItsNameHasTheOneItWasGiven()
    {
        var (host, guest) = await SocketPair.CreateAsync();
        await using var wire = new GuestWire(guest);
        var waking = WakeAsync(host);
        await wire.ReadAsync(FrameType.Wake);

        await wire.SendHelloAsync(GuestWire.Greeting with { HostName = null });

        await using var connection = await waking.WaitAsync(SessionFixture.Patience);
        Assert.Equal(_wake.HostName, connection.Guest.HostName);
    }

    [Fact]
    public async Task ACopyThatAnswersWithGarbageIsNoAgentAndItsStreamIsClosed()
    {
        var (host, guest) = await SocketPair.CreateAsync();
        await using var wire = new GuestWire(guest);
        var waking = WakeAsync(host);
        await wire.ReadAsync(FrameType.Wake);

        await wire.SendAsync(FrameType.Outcome, 1, StreamId.Input, """{"result":"frozen"}"""u8.ToArray());

        Assert.Equal(ErrorCode.HandshakeFailed, (await Assert.ThrowsAsync<SandboxBootException>(() => waking.WaitAsync(SessionFixture.Patience))).Code);
        Assert.Null(await wire.ReadAsync().WaitAsync(SessionFixture.Patience));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ACopyThatIsGoneIsABrokenSession(bool beforeTheMessage)
    {
        var (host, guest) = await SocketPair.CreateAsync();
        await using var wire = new GuestWire(guest);
        if (beforeTheMessage)
        {
            await wire.DisposeAsync();
        }

        var waking = WakeAsync(host);
        if (!beforeTheMessage)
        {
            await wire.ReadAsync(FrameType.Wake);
            await wire.DisposeAsync();
        }

        await Assert.ThrowsAsync<SessionBrokenException>(() => waking.WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public async Task ACopyThatTakesNothingCanBeGivenUp()
    {
        var (host, guest) = await SocketPair.CreateAsync();
        await using var wire = new GuestWire(guest);
        using var cancel = new CancellationTokenSource();
        var large = _wake with { Parts = new WakeParts { Files = [new WakeFile("/x", 0, new byte[ProtocolLimits.MaxControlBytes / 2])] } };
        var waking = AgentConnection.WakeAsync(host, large, TimeProvider.System, NullLogger.Instance, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waking.WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public async Task SettingsThatAreTooLargeForAMessageAreNotSentAndTheStreamIsClosed()
    {
        var (host, guest) = await SocketPair.CreateAsync();
        await using var wire = new GuestWire(guest);
        var large = _wake with { Parts = new WakeParts { Files = [new WakeFile("/x", 0, new byte[ProtocolLimits.MaxControlBytes])] } };

        await Assert.ThrowsAsync<ProtocolException>(
            () => AgentConnection.WakeAsync(host, large, TimeProvider.System, NullLogger.Instance, CancellationToken.None));

        Assert.Null(await wire.ReadAsync().WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public void EachMachineIdIsAnother()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => MachineIdentity.NewMachineId()).ToList();

        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{32}$", id));
    }

    private static Task<AgentConnection> WakeAsync(Stream host) =>
        AgentConnection.WakeAsync(host, _wake, TimeProvider.System, NullLogger.Instance, CancellationToken.None);

    /// <summary>The guest does as it is asked; what came before the request is passed over.</summary>
    private static async Task FreezeAsync(SessionFixture session)
    {
        var freezing = session.Connection.FreezeAsync(CancellationToken.None);
        while (true)
        {
            var open = await session.Wire.ReadAsync(FrameType.Open).WaitAsync(SessionFixture.Patience);
            if (ProtocolJson.Decode(open.Payload, ProtocolJson.Default.Request) is FreezeRequest)
            {
                await session.Wire.SendAsync(open.Header.Channel, new FrozenOutcome());
                await freezing.WaitAsync(SessionFixture.Patience);
                return;
            }
        }
    }
}
