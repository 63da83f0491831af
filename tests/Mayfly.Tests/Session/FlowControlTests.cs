using Mayfly.Protocol;
using Mayfly.Session;

namespace Mayfly.Tests.Session;

public sealed class FlowControlTests
{
    [Fact]
    public async Task FiftyCommandsEchoAtOnceAndNoneIsMixedUp()
    {
        await using var session = await SessionFixture.ServeAsync(CommandTests.EchoAsync);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(seed => Task.Run(() => EchoAsync(session.Connection, seed)))).WaitAsync(SessionFixture.Patience);
    }

    [Fact]
    public async Task ACommandNobodyReadsDoesNotBlockItsNeighbours()
    {
        await using var session = await SessionFixture.ServeAsync(async (channel, request) =>
        {
            if (((ExecRequest)request).Argv[0] == "flood")
            {
                await channel.StartedAsync();
                await channel.WriteAsync(StreamId.Output, new byte[3 * ProtocolLimits.WindowBytes]);
                await channel.ExitAsync();
                return;
            }

            await CommandTests.EchoAsync(channel, request);
        });
        await using var flood = await session.Connection.StartAsync(SessionFixture.Exec() with { Argv = ["flood"] }, CancellationToken.None);

        await EchoAsync(session.Connection, seed: 7).WaitAsync(SessionFixture.Patience);

        Assert.False(flood.Outcome.IsCompleted);
        var read = new MemoryStream();
        await flood.Output.CopyToAsync(read).WaitAsync(SessionFixture.Patience);
        Assert.Equal(3 * ProtocolLimits.WindowBytes, read.Length);
    }

    [Fact]
    public async Task ACommandThatDoesNotReadItsInputDoesNotBlockItsNeighbours()
    {
        await using var session = await SessionFixture.ServeAsync(async (channel, request) =>
        {
            if (((ExecRequest)request).Argv[0] == "sleep")
            {
                await channel.StartedAsync();
                await channel.Control;
                await channel.ExitAsync();
                return;
            }

            await CommandTests.EchoAsync(channel, request);
        });
        await using var sleeper = await session.Connection.StartAsync(SessionFixture.Exec(input: true) with { Argv = ["sleep"] }, CancellationToken.None);
        var writing = sleeper.Input.WriteAsync(new byte[2 * ProtocolLimits.WindowBytes]).AsTask();

        await EchoAsync(session.Connection, seed: 8).WaitAsync(SessionFixture.Patience);

        Assert.False(writing.IsCompleted);
        await sleeper.ControlAsync(new CancelControl(), CancellationToken.None);
        await Assert.ThrowsAsync<IOException>(() => writing.WaitAsync(SessionFixture.Patience));
    }

    [Fact]
    public async Task AGuestThatReadsNothingCanStillBeReadFromAndCancelled()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync(input: true);
        using var cancel = new CancellationTokenSource();

        // More than queue, socket and window hold, while the guest's end is not read.
        await session.Wire.SendCreditAsync(1, StreamId.Input, 64 * 1024 * 1024);
        var writing = command.Input.WriteAsync(new byte[64 * 1024 * 1024], cancel.Token).AsTask();
        for (var i = 0; i < 100; i++)
        {
            await session.Wire.SendAsync(FrameType.Ping, 0, StreamId.Input, new byte[64]);
            await session.Wire.SendAsync(FrameType.Data, 1, StreamId.Output, new byte[ProtocolLimits.MaxDataBytes / 8]);
        }

        await command.Output.ReadExactlyAsync(new byte[100 * ProtocolLimits.MaxDataBytes / 8]).AsTask().WaitAsync(SessionFixture.Patience);
        Assert.False(writing.IsCompleted);
        await command.ControlAsync(new CancelControl(), CancellationToken.None).WaitAsync(SessionFixture.Patience);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(SessionFixture.Patience));

        await session.Wire.ReadAsync(FrameType.Control).WaitAsync(SessionFixture.Patience);
    }

    [Fact]
    public async Task WhatIsReadIsGrantedAQuarterOfAWindowAtATime()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync();
        var quarter = ProtocolLimits.WindowBytes / 4;
        for (var sent = 0; sent < ProtocolLimits.WindowBytes; sent += ProtocolLimits.MaxDataBytes)
        {
            await session.Wire.SendAsync(FrameType.Data, 1, StreamId.Error, new byte[ProtocolLimits.MaxDataBytes]);
        }

        await command.Error.ReadExactlyAsync(new byte[quarter]);
        var credit = await session.Wire.ReadAsync(FrameType.Credit).WaitAsync(SessionFixture.Patience);

        Assert.Equal(StreamId.Error, credit.Header.Stream);
        Assert.Equal(quarter, BitConverter.ToInt32(credit.Payload));
    }

    [Fact]
    public async Task APingIsAnsweredWithItsPayload()
    {
        await using var session = await SessionFixture.OpenAsync();

        await session.Wire.SendAsync(FrameType.Ping, 0, StreamId.Input, "are you there"u8.ToArray());

        Assert.Equal("are you there"u8.ToArray(), (await session.Wire.ReadAsync(FrameType.Pong).WaitAsync(SessionFixture.Patience)).Payload);
    }

    private static async Task EchoAsync(AgentConnection connection, int seed)
    {
        var sent = new byte[300_000];
        new Random(seed).NextBytes(sent);
        await using var command = await connection.StartAsync(SessionFixture.Exec(input: true), CancellationToken.None);
        var feeding = Task.Run(async () =>
        {
            await command.Input.WriteAsync(sent);
            await command.Input.DisposeAsync();
        });
        var received = new MemoryStream();
        await command.Output.CopyToAsync(received);
        await feeding;
        Assert.Equal(sent, received.ToArray());
        Assert.Equal(0, (await command.Outcome).ExitCode);
    }
}
