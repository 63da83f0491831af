using Mayfly.Protocol;
using Mayfly.Session;

namespace Mayfly.Tests.Session;

/// <summary>Connections of a guest that keeps no rule.</summary>
public sealed class ForwardTests
{
    /// <summary>What a guest says to a connection that is open, and words of the reason.</summary>
    public static TheoryData<string, string, string> ConnectionBreaches => new()
    {
        { "Progress", """{"what":"connected"}""", "ConnectedProgress for the connection" },
        { "Progress", """{"what":"started","processId":1}""", "StartedProgress for the connection" },
        { "Progress", """{"what":"listening","port":1}""", "ListeningProgress for the connection" },
        { "Outcome", """{"result":"transfer","entries":1,"bytes":1,"skipped":0}""", "TransferOutcome for the connection" },
    };

    /// <summary>The same for a listener on port 80.</summary>
    public static TheoryData<string, string, string> ListenerBreaches => new()
    {
        { "Progress", """{"what":"listening","port":80}""", "out of place" },
        { "Progress", """{"what":"connected"}""", "out of place" },
        { "Progress", """{"what":"connection","connection":7}""", "a higher number was due" },
        { "Progress", """{"what":"connection","connection":6}""", "a higher number was due" },
        { "Outcome", """{"result":"transfer","entries":1,"bytes":1,"skipped":0}""", "TransferOutcome for the listener" },
    };

    [Theory]
    [InlineData("Progress", """{"what":"listening","port":81}""")]
    [InlineData("Progress", """{"what":"connection","connection":1}""")]
    [InlineData("Outcome", """{"result":"closed"}""")]
    public async Task AListenerThatBeginsWithSomethingElseEndsTheSession(string type, string json)
    {
        await using var session = await SessionFixture.OpenAsync();
        var listening = session.Connection.ListenAsync(80, CancellationToken.None);
        var open = await session.Wire.ReadAsync(FrameType.Open);

        await SendAsync(session, type, open.Header.Channel, json);

        Assert.StartsWith("the guest broke the protocol", await session.Connection.Closed.WaitAsync(SessionFixture.Patience), StringComparison.Ordinal);
        await Assert.ThrowsAsync<SessionBrokenException>(() => listening);
    }

    [Theory]
    [InlineData("Data", "x")]
    [InlineData("Eof", "")]
    [InlineData("Credit", "abcd")]
    [InlineData("Outcome", """{"result":"closed"}""")]
    public async Task WhatComesBeforeAConnectionIsMadeEndsTheSession(string type, string payload)
    {
        await using var session = await SessionFixture.OpenAsync();
        var connecting = session.Connection.ConnectAsync(new ForwardRequest { Port = 80 }, CancellationToken.None);
        var open = await session.Wire.ReadAsync(FrameType.Open);

        await SendAsync(session, type, open.Header.Channel, payload, type == "Credit" ? StreamId.Input : StreamId.Output);

        Assert.StartsWith("the guest broke the protocol", await session.Connection.Closed.WaitAsync(SessionFixture.Patience), StringComparison.Ordinal);
        await Assert.ThrowsAsync<SessionBrokenException>(() => connecting);
    }

    [Theory]
    [MemberData(nameof(ConnectionBreaches))]
    public async Task ABreachOnAConnectionEndsTheSession(string type, string json, string reason)
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var stream = await ConnectAsync(session);

        await SendAsync(session, type, 1, json);

        Assert.Contains(reason, await session.Connection.Closed.WaitAsync(SessionFixture.Patience), StringComparison.Ordinal);
        await stream.Ended.WaitAsync(SessionFixture.Patience);
        await Assert.ThrowsAsync<SessionBrokenException>(async () => await stream.ReadExactlyAsync(new byte[1]));
    }

    [Theory]
    [MemberData(nameof(ListenerBreaches))]
    public async Task ABreachOnAListenerEndsTheSession(string type, string json, string reason)
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var listener = await ListenAsync(session);
        await session.Wire.SendAsync(1, new ConnectionProgress(7));

        await SendAsync(session, type, 1, json);

        Assert.Contains(reason, await session.Connection.Closed.WaitAsync(SessionFixture.Patience), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFloodOfConnectionsEndsTheSession()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var listener = await ListenAsync(session);

        for (var connection = 1; connection <= ProtocolLimits.MaxWaitingConnections + 1; connection++)
        {
            await session.Wire.SendAsync(1, new ConnectionProgress(connection));
        }

        Assert.Contains("that nobody has taken", await session.Connection.Closed.WaitAsync(SessionFixture.Patience), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AConnectionIsTakenByItsNumberAndOneThatIsGoneIsPassedOver()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var listener = await ListenAsync(session);
        await session.Wire.SendAsync(1, new ConnectionProgress(7));
        await session.Wire.SendAsync(1, new ConnectionProgress(9));

        var accepting = listener.AcceptAsync(CancellationToken.None);
        var gone = await session.Wire.ReadAsync(FrameType.Open);
        await session.Wire.SendAsync(gone.Header.Channel, new FailedOutcome(FailureCode.NotFound, "gone"));
        var open = await session.Wire.ReadAsync(FrameType.Open);
        await session.Wire.SendAsync(open.Header.Channel, new ConnectedProgress());

        await using var stream = await accepting.WaitAsync(SessionFixture.Patience);
        Assert.Equal(new AcceptRequest { Connection = 7 }, ProtocolJson.Decode(gone.Payload, ProtocolJson.Default.Request));
        Assert.Equal(new AcceptRequest { Connection = 9 }, ProtocolJson.Decode(open.Payload, ProtocolJson.Default.Request));
    }

    [Fact]
    public async Task AListenerThatTheGuestEndsSaysSo()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var listener = await ListenAsync(session);

        await session.Wire.SendAsync(1, new FailedOutcome(FailureCode.Other, "no more memory"));

        var exception = await Assert.ThrowsAsync<SandboxForwardException>(() => listener.AcceptAsync(CancellationToken.None).WaitAsync(SessionFixture.Patience));
        Assert.Contains("no more memory", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<GuestStream> ConnectAsync(SessionFixture session)
    {
        var connecting = session.Connection.ConnectAsync(new ForwardRequest { Port = 80 }, CancellationToken.None);
        var open = await session.Wire.ReadAsync(FrameType.Open);
        await session.Wire.SendAsync(open.Header.Channel, new ConnectedProgress());
        return await connecting.WaitAsync(SessionFixture.Patience);
    }

    private static async Task<IGuestListener> ListenAsync(SessionFixture session)
    {
        var listening = session.Connection.ListenAsync(80, CancellationToken.None);
        var open = await session.Wire.ReadAsync(FrameType.Open);
        await session.Wire.SendAsync(open.Header.Channel, new ListeningProgress(80));
        return await listening.WaitAsync(SessionFixture.Patience);
    }

    private static Task SendAsync(SessionFixture session, string type, uint channel, string payload, StreamId stream = StreamId.Input) =>
        session.Wire.SendAsync(Enum.Parse<FrameType>(type), channel, stream, System.Text.Encoding.UTF8.GetBytes(payload));
}
