using System.IO.Pipelines;
using System.Text;
using Mayfly.Protocol;
using WireEndKind = Mayfly.Protocol.ExecEndKind;

namespace Mayfly.Tests.Session;

public sealed class CommandTests
{
    [Fact]
    public async Task AStartedCommandHasItsProcessIdOutputsAndEnd()
    {
        await using var session = await SessionFixture.ServeAsync(async (channel, _) =>
        {
            await channel.StartedAsync();
            await channel.WriteAsync(StreamId.Output, "out"u8.ToArray());
            await channel.WriteAsync(StreamId.Error, "err"u8.ToArray());
            await channel.ExitAsync(3);
        });

        await using var command = await session.Connection.StartAsync(SessionFixture.Exec(), CancellationToken.None);

        Assert.Equal(101, command.ProcessId);
        Assert.Equal(3, (await command.Outcome.WaitAsync(SessionFixture.Patience)).ExitCode);
        Assert.Equal("out", await ReadTextAsync(command.Output));
        Assert.Equal("err", await ReadTextAsync(command.Error));
    }

    [Fact]
    public async Task ACommandThatCouldNotStartIsReturnedWithItsReason()
    {
        await using var session = await SessionFixture.ServeAsync((channel, _) => channel.OutcomeAsync(new ExecOutcome
        {
            Kind = WireEndKind.CouldNotStart,
            StartFailure = StartFailure.NotFound,
            Message = "no such program",
        }));

        await using var command = await session.Connection.StartAsync(SessionFixture.Exec(), CancellationToken.None);

        Assert.True(command.Outcome.IsCompletedSuccessfully);
        Assert.Equal(StartFailure.NotFound, (await command.Outcome).StartFailure);
        Assert.Equal(0, command.ProcessId);
        Assert.Equal("", await ReadTextAsync(command.Output));
    }

    [Fact]
    public async Task ARequestTheGuestRejectsCouldNotStart()
    {
        await using var session = await SessionFixture.ServeAsync((channel, _) =>
            channel.OutcomeAsync(new FailedOutcome(FailureCode.BadRequest, "what?")));

        await using var command = await session.Connection.StartAsync(SessionFixture.Exec(), CancellationToken.None);

        var outcome = await command.Outcome;
        Assert.Equal(WireEndKind.CouldNotStart, outcome.Kind);
        Assert.Equal("what?", outcome.Message);
    }

    [Fact]
    public async Task InputArrivesInOrderAndItsDisposalIsItsEnd()
    {
        await using var session = await SessionFixture.ServeAsync(EchoAsync);
        await using var command = await session.Connection.StartAsync(SessionFixture.Exec(input: true), CancellationToken.None);
        var sent = new byte[5_000_000];
        new Random(1).NextBytes(sent);

        var feeding = Task.Run(async () =>
        {
            await new MemoryStream(sent).CopyToAsync(command.Input);
            await command.Input.DisposeAsync();
        });
        var received = new MemoryStream();
        await command.Output.CopyToAsync(received).WaitAsync(SessionFixture.Patience);
        await feeding.WaitAsync(SessionFixture.Patience);

        Assert.Equal(sent, received.ToArray());
        Assert.Equal(0, (await command.Outcome).ExitCode);
    }

    [Fact]
    public async Task OutputCanBeReadThroughAPipeReader()
    {
        await using var session = await SessionFixture.ServeAsync(async (channel, _) =>
        {
            await channel.StartedAsync();
            await channel.WriteAsync(StreamId.Output, "line one\nline two\n"u8.ToArray());
            await channel.ExitAsync();
        });
        await using var command = await session.Connection.StartAsync(SessionFixture.Exec(), CancellationToken.None);

        var reader = PipeReader.Create(command.Output);
        var result = await reader.ReadAtLeastAsync(18);

        Assert.Equal("line one\nline two\n", Encoding.UTF8.GetString(result.Buffer));
        await reader.CompleteAsync();
    }

    [Fact]
    public async Task AReadCanBeCancelledAndReadingGoesOn()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync();
        using var cancel = new CancellationTokenSource();
        var reading = command.Output.ReadAsync(new byte[10], cancel.Token).AsTask();

        await cancel.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await session.Wire.SendAsync(FrameType.Data, 1, StreamId.Output, "later"u8.ToArray());
        var buffer = new byte[10];

        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal(5, await command.Output.ReadAsync(buffer).AsTask().WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public async Task WritingToACommandThatHasEndedIsABrokenPipe()
    {
        await using var session = await SessionFixture.ServeAsync(async (channel, _) =>
        {
            await channel.StartedAsync();
            await channel.ExitAsync();
        });
        await using var command = await session.Connection.StartAsync(SessionFixture.Exec(input: true), CancellationToken.None);
        await command.Outcome.WaitAsync(SessionFixture.Patience);

        var exception = await Assert.ThrowsAsync<IOException>(() => command.Input.WriteAsync(new byte[1]).AsTask());

        Assert.Contains("broken pipe", exception.Message, StringComparison.Ordinal);
        await command.Input.DisposeAsync();
    }

    [Fact]
    public async Task AWriteThatWaitsForCreditFailsWhenTheCommandEnds()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync(input: true);
        var writing = command.Input.WriteAsync(new byte[ProtocolLimits.WindowBytes + 1]).AsTask();

        for (var received = 0; received < ProtocolLimits.WindowBytes;)
        {
            received += (await session.Wire.ReadAsync(FrameType.Data)).Payload.Length;
        }

        Assert.False(writing.IsCompleted);
        await session.Wire.SendAsync(1, new ExecOutcome { Kind = WireEndKind.Exited, ExitCode = 0 });

        await Assert.ThrowsAsync<IOException>(() => writing.WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public async Task DisposalCancelsARunningCommandOnceAndDropsWhatItStillSends()
    {
        await using var session = await SessionFixture.OpenAsync();
        var command = await session.StartAsync();
        await command.DisposeAsync();
        await command.DisposeAsync();

        var control = await session.Wire.ReadAsync(FrameType.Control);
        Assert.IsType<CancelControl>(ProtocolJson.Decode(control.Payload, ProtocolJson.Default.Control));
        var chunk = new byte[ProtocolLimits.MaxDataBytes];
        var granted = ProtocolLimits.WindowBytes;
        for (var sent = 0; sent < 4 * ProtocolLimits.WindowBytes; sent += chunk.Length)
        {
            while (granted < chunk.Length)
            {
                granted += BitConverter.ToInt32((await session.Wire.ReadAsync(FrameType.Credit)).Payload);
            }

            await session.Wire.SendAsync(FrameType.Data, 1, StreamId.Output, chunk);
            granted -= chunk.Length;
        }

        await session.Wire.SendAsync(1, new ExecOutcome { Kind = WireEndKind.Cancelled });
        Assert.Equal(WireEndKind.Cancelled, (await command.Outcome.WaitAsync(SessionFixture.Patience)).Kind);
        await using var next = await session.StartAsync();
        Assert.Equal(42, next.ProcessId);
    }

    [Fact]
    public async Task ReadingAfterDisposalIsAnErrorOfTheCallers()
    {
        await using var session = await SessionFixture.OpenAsync();
        var command = await session.StartAsync();
        var reading = command.Output.ReadAsync(new byte[1]).AsTask();

        await command.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public async Task CancellingAStartTellsTheGuest()
    {
        await using var session = await SessionFixture.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var starting = session.Connection.StartAsync(SessionFixture.Exec(), cancel.Token);
        await session.Wire.ReadAsync(FrameType.Open);

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        await session.Wire.ReadAsync(FrameType.Control);
    }

    [Fact]
    public async Task SignalsReachTheCommandAndAfterItsEndNothingIsSent()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync();

        await command.ControlAsync(new SignalControl(15), CancellationToken.None);
        var control = await session.Wire.ReadAsync(FrameType.Control);
        await session.Wire.SendAsync(1, new ExecOutcome { Kind = WireEndKind.Signalled, Signal = 15 });
        await command.Outcome.WaitAsync(SessionFixture.Patience);
        await command.ControlAsync(new SignalControl(9), CancellationToken.None);
        var starting = session.Connection.StartAsync(SessionFixture.Exec(), CancellationToken.None);

        Assert.Equal(15, Assert.IsType<SignalControl>(ProtocolJson.Decode(control.Payload, ProtocolJson.Default.Control)).Signal);
        Assert.Equal(FrameType.Open, (await session.Wire.ReadAsync())!.Value.Header.Type);
        await session.Wire.SendAsync(2, new StartedProgress(1));
        await (await starting).DisposeAsync();
    }

    [Fact]
    public async Task EveryFrameOfTheCommandMovesTheTimeItWasLastHeardOf()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync();
        var before = command.LastHeardTimestamp;

        await session.Wire.SendAsync(1, new HeartbeatProgress(5000));
        await session.Wire.SendAsync(FrameType.Data, 1, StreamId.Output, "x"u8.ToArray());
        await command.Output.ReadExactlyAsync(new byte[1]);

        Assert.True(command.LastHeardTimestamp > before);
    }

    [Fact]
    public async Task ATerminalHasOneOutputAndItsErrorStreamIsEmpty()
    {
        await using var session = await SessionFixture.ServeAsync(async (channel, _) =>
        {
            await channel.StartedAsync();
            await channel.WriteAsync(StreamId.Output, "both"u8.ToArray());
            await channel.ExitAsync();
        });
        var request = SessionFixture.Exec(input: true) with { Terminal = new Mayfly.Protocol.TerminalSize(80, 25) };

        await using var command = await session.Connection.StartAsync(request, CancellationToken.None);

        Assert.Equal(0, await command.Error.ReadAsync(new byte[1]));
        Assert.Equal("both", await ReadTextAsync(command.Output));
    }

    [Fact]
    public async Task ARequestTooLargeForAFrameIsRefusedAndTheSessionGoesOn()
    {
        await using var session = await SessionFixture.OpenAsync();
        var request = SessionFixture.Exec() with { Argv = [new string('x', ProtocolLimits.MaxControlBytes)] };

        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() => session.Connection.StartAsync(request, CancellationToken.None));

        Assert.Equal("MAY1001", exception.Code);
        await using var next = await session.StartAsync();
    }

    [Fact]
    public async Task ALongCommandLineArrivesWhole()
    {
        var length = 0;
        await using var session = await SessionFixture.ServeAsync(async (channel, request) =>
        {
            length = ((ExecRequest)request).Argv[1].Length;
            await channel.StartedAsync();
            await channel.ExitAsync();
        });
        var request = SessionFixture.Exec() with { Argv = ["echo", new string('x', 900_000)] };

        await using var command = await session.Connection.StartAsync(request, CancellationToken.None).WaitAsync(SessionFixture.Patience);
        await command.Outcome.WaitAsync(SessionFixture.Patience);

        Assert.Equal(900_000, length);
    }

    internal static async Task EchoAsync(AgentChannel channel, Request request)
    {
        await channel.StartedAsync();
        while (await channel.ReadInputAsync() is { } piece)
        {
            await channel.WriteAsync(StreamId.Output, piece);
        }

        await channel.ExitAsync();
    }

    internal static async Task<string> ReadTextAsync(Stream stream) =>
        await new StreamReader(stream).ReadToEndAsync().WaitAsync(SessionFixture.Patience);
}
