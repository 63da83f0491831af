using System.Text;
using Mayfly.Protocol;
using Mayfly.Session;
using WireEndKind = Mayfly.Protocol.ExecEndKind;

namespace Mayfly.Tests.Session;

public sealed class ProtocolBreachTests
{
    /// <summary>Name of the breach, the frames after the command on channel 1 has started, and words of the reason.</summary>
    public static TheoryData<string, byte[], string> Breaches => new()
    {
        { "unknown type", [0, 0, 0, 0, 99, 0, 0, 0, 1, 0, 0, 0], "unknown frame type" },
        { "reserved bytes", [0, 0, 0, 0, 2, 1, 1, 0, 1, 0, 0, 0], "malformed header" },
        { "unknown stream", [0, 0, 0, 0, 2, 9, 0, 0, 1, 0, 0, 0], "malformed header" },
        { "negative length", [0xff, 0xff, 0xff, 0xff, 2, 1, 0, 0, 1, 0, 0, 0], "exceeds the limit" },
        { "oversized data", [1, 0, 1, 0, 2, 1, 0, 0, 1, 0, 0, 0], "exceeds the limit" },
        { "channel never opened", Frame(FrameType.Data, 7, StreamId.Output, "x"), "never open" },
        { "second greeting", Frame(FrameType.Hello, 0, StreamId.Input, "{}"), "unexpected Hello" },
        { "open from the guest", Frame(FrameType.Open, 1, StreamId.Input, "{}"), "unexpected Open" },
        { "wake from the guest", Frame(FrameType.Wake, 0, StreamId.Input, "{}"), "unexpected Wake" },
        { "wake of a channel", Frame(FrameType.Wake, 1, StreamId.Input, "{}"), "unexpected Wake" },
        { "control from the guest", Frame(FrameType.Control, 1, StreamId.Input, "{}"), "unexpected Control" },
        { "ping on a channel", Frame(FrameType.Ping, 1, StreamId.Input, ""), "unexpected Ping" },
        { "long ping", Frame(FrameType.Ping, 0, StreamId.Input, new string('x', 65)), "unexpected Ping" },
        { "data on input", Frame(FrameType.Data, 1, StreamId.Input, "x"), "does not send" },
        { "data after the end", Frame(FrameType.Eof, 1, StreamId.Output, "", FrameType.Data, "x"), "after the end" },
        { "two ends", Frame(FrameType.Eof, 1, StreamId.Output, "", FrameType.Eof, ""), "second end" },
        { "end with a payload", Frame(FrameType.Eof, 1, StreamId.Output, "x"), "unexpected Eof" },
        { "credit without input", Frame(FrameType.Credit, 1, StreamId.Input, "abcd"), "does not send" },
        { "credit for an output", Frame(FrameType.Credit, 1, StreamId.Output, "abcd"), "does not send" },
        { "short credit", Frame(FrameType.Credit, 1, StreamId.Input, "abc"), "unexpected Credit" },
        { "second start", Frame(FrameType.Progress, 1, StreamId.Input, """{"what":"started","processId":5}"""), "second start" },
        { "start without a process", Frame(FrameType.Progress, 1, StreamId.Input, """{"what":"started","processId":0}"""), "without a process id" },
        { "unknown progress", Frame(FrameType.Progress, 1, StreamId.Input, """{"what":"dancing"}"""), "malformed Progress" },
        { "progress of wrong type", Frame(FrameType.Progress, 1, StreamId.Input, """{"what":"started","processId":"5"}"""), "malformed Progress" },
        { "progress that is no JSON", Frame(FrameType.Progress, 1, StreamId.Input, "\0\0"), "malformed Progress" },
        { "connected command", Frame(FrameType.Progress, 1, StreamId.Input, """{"what":"connected"}"""), "ConnectedProgress for the command" },
        { "closed command", Frame(FrameType.Outcome, 1, StreamId.Input, """{"result":"closed"}"""), "ClosedOutcome for the command" },
        { "frozen command", Frame(FrameType.Outcome, 1, StreamId.Input, """{"result":"frozen"}"""), "FrozenOutcome for the command" },
        { "listener without a port", Frame(FrameType.Progress, 1, StreamId.Input, """{"what":"listening","port":0}"""), "without a port" },
        { "connection without a number", Frame(FrameType.Progress, 1, StreamId.Input, """{"what":"connection","connection":0}"""), "without a number" },
        { "null outcome", Frame(FrameType.Outcome, 1, StreamId.Input, "null"), "null" },
        { "outcome of a transfer", Frame(FrameType.Outcome, 1, StreamId.Input, """{"result":"transfer","entries":1,"bytes":1,"skipped":0}"""), "TransferOutcome for the command" },
        { "failure after the start", Frame(FrameType.Outcome, 1, StreamId.Input, """{"result":"failed","code":"Other","message":"m"}"""), "FailedOutcome for the command" },
        { "started and could not", Frame(FrameType.Outcome, 1, StreamId.Input, """{"result":"exec","kind":"CouldNotStart"}"""), "could not start" },
        { "exit without a code", Frame(FrameType.Outcome, 1, StreamId.Input, """{"result":"exec","kind":"Exited"}"""), "impossible end" },
        { "exit code too large", Frame(FrameType.Outcome, 1, StreamId.Input, """{"result":"exec","kind":"Exited","exitCode":256}"""), "impossible end" },
        { "signal zero", Frame(FrameType.Outcome, 1, StreamId.Input, """{"result":"exec","kind":"Signalled","signal":0}"""), "impossible end" },
        { "unknown kind", Frame(FrameType.Outcome, 1, StreamId.Input, """{"result":"exec","kind":77}"""), "impossible end" },
        { "negative duration", Frame(FrameType.Outcome, 1, StreamId.Input, """{"result":"exec","kind":"TimedOut","durationMs":-1}"""), "impossible end" },
        { "deep JSON", Frame(FrameType.Outcome, 1, StreamId.Input, new string('[', 500_000)), "malformed Outcome" },
        { "invalid UTF-8", [.. Frame(FrameType.Outcome, 1, StreamId.Input, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")[..12], .. "{\"result\":\"failed\",\"code\":\"Other\",\"message\":\""u8.ToArray()[..43], 0xff, 0xfe], "malformed Outcome" },
    };

    [Theory]
    [MemberData(nameof(Breaches))]
    public async Task ABreachEndsTheSessionWithItsReason(string name, byte[] frames, string reason)
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync();

        await session.Wire.Stream.WriteAsync(frames);

        var closed = await session.Connection.Closed.WaitAsync(SessionFixture.Patience);
        Assert.Contains(reason, closed, StringComparison.Ordinal);
        Assert.StartsWith("the guest broke the protocol", closed, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', closed);
        var exception = await Assert.ThrowsAsync<SessionBrokenException>(() => command.Outcome);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.NotEmpty(name);
    }

    [Fact]
    public async Task DataBeyondTheWindowEndsTheSession()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync();
        for (var sent = 0; sent < ProtocolLimits.WindowBytes; sent += ProtocolLimits.MaxDataBytes)
        {
            await session.Wire.SendAsync(FrameType.Data, 1, StreamId.Output, new byte[ProtocolLimits.MaxDataBytes]);
        }

        await session.Wire.SendAsync(FrameType.Data, 1, StreamId.Output, new byte[1]);

        Assert.Contains("1 bytes of data where 0 were granted", await session.Connection.Closed.WaitAsync(SessionFixture.Patience), StringComparison.Ordinal);
        await command.Output.ReadExactlyAsync(new byte[ProtocolLimits.WindowBytes]);
        await Assert.ThrowsAsync<SessionBrokenException>(() => command.Output.ReadAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task CreditThatOverflowsEndsTheSession()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync(input: true);

        await session.Wire.SendCreditAsync(1, StreamId.Input, -1);

        Assert.Contains("of credit on top of", await session.Connection.Closed.WaitAsync(SessionFixture.Patience), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ErrorOutputOfATerminalEndsTheSession()
    {
        await using var session = await SessionFixture.OpenAsync();
        var starting = session.Connection.StartAsync(SessionFixture.Exec() with { Terminal = new Mayfly.Protocol.TerminalSize(80, 25) }, CancellationToken.None);
        await session.Wire.ReadAsync(FrameType.Open);
        await session.Wire.SendAsync(1, new StartedProgress(1));
        await using var command = await starting.WaitAsync(SessionFixture.Patience);

        await session.Wire.SendAsync(FrameType.Data, 1, StreamId.Error, "x"u8.ToArray());

        Assert.Contains("0 were granted", await session.Connection.Closed.WaitAsync(SessionFixture.Patience), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FramesForAnOperationThatHasEndedAreIgnored()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync();
        var end = new ExecOutcome { Kind = WireEndKind.Exited, ExitCode = 1 };
        await session.Wire.SendAsync(1, end);
        await session.Wire.SendAsync(1, end with { ExitCode = 2 });
        await session.Wire.SendAsync(1, new HeartbeatProgress(1));
        await session.Wire.SendAsync(FrameType.Data, 1, StreamId.Output, "late"u8.ToArray());
        await session.Wire.SendCreditAsync(1, StreamId.Input, 5);

        await using var next = await session.StartAsync();

        Assert.Equal(1, (await command.Outcome).ExitCode);
        Assert.Equal(0, await command.Output.ReadAsync(new byte[1]));
    }

    private static byte[] Frame(FrameType type, uint channel, StreamId id, string payload) =>
        GuestWire.Encode(type, channel, id, Encoding.UTF8.GetBytes(payload));

    private static byte[] Frame(FrameType type, uint channel, StreamId id, string payload, FrameType then, string thenPayload) =>
        [.. Frame(type, channel, id, payload), .. Frame(then, channel, id, thenPayload)];
}
