using Mayfly.Protocol;
using Mayfly.Session;

namespace Mayfly.Tests.Session;

public sealed class SessionEndTests : IDisposable
{
    private readonly DirectoryInfo _host = Directory.CreateTempSubdirectory("mayfly-test-");

    public void Dispose() => _host.Delete(recursive: true);

    [Fact]
    public async Task WhenTheGuestIsGoneEverythingThatWaitsFailsWithTheReason()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync(input: true);
        var file = Path.Combine(_host.FullName, "file");
        await File.WriteAllBytesAsync(file, new byte[4 * ProtocolLimits.WindowBytes]);
        Task[] waiting =
        [
            command.Outcome,
            command.Output.ReadAsync(new byte[1]).AsTask(),
            command.Error.ReadAsync(new byte[1]).AsTask(),
            command.Input.WriteAsync(new byte[2 * ProtocolLimits.WindowBytes]).AsTask(),
            session.Connection.StartAsync(SessionFixture.Exec(), CancellationToken.None),
            session.Connection.PushAsync(file, "/in", null, CancellationToken.None),
            session.Connection.PullAsync("/out", Path.Combine(_host.FullName, "out"), null, CancellationToken.None),
        ];
        for (var opened = 0; opened < 3; opened++)
        {
            await session.Wire.ReadAsync(FrameType.Open);
        }

        await session.Wire.DisposeAsync();

        foreach (var task in waiting)
        {
            var exception = await Assert.ThrowsAsync<SessionBrokenException>(() => task.WaitAsync(SessionFixture.Patience));
            Assert.Contains("The session with the guest has ended", exception.Message, StringComparison.Ordinal);
        }

        Assert.NotEmpty(await session.Connection.Closed.WaitAsync(SessionFixture.Patience));
        await Assert.ThrowsAsync<SessionBrokenException>(() => session.Connection.StartAsync(SessionFixture.Exec(), CancellationToken.None));
        await Assert.ThrowsAsync<SessionBrokenException>(() => command.Input.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task OutputThatHadArrivedCanStillBeReadAfterTheEnd()
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync();
        await session.Wire.SendAsync(FrameType.Data, 1, StreamId.Output, "last words"u8.ToArray());

        await session.Wire.DisposeAsync();
        await session.Connection.Closed.WaitAsync(SessionFixture.Patience);
        var buffer = new byte[100];

        Assert.Equal(10, await command.Output.ReadAsync(buffer));
        await Assert.ThrowsAsync<SessionBrokenException>(() => command.Output.ReadAsync(buffer).AsTask());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(FrameHeader.Size)]
    [InlineData(FrameHeader.Size + 3)]
    public async Task AnEndInTheMiddleOfAFrameIsABreach(int bytes)
    {
        await using var session = await SessionFixture.OpenAsync();
        await using var command = await session.StartAsync();
        var frame = GuestWire.Encode(FrameType.Data, 1, StreamId.Output, "hello"u8);

        await session.Wire.Stream.WriteAsync(frame.AsMemory(0, bytes));
        await session.Wire.DisposeAsync();

        Assert.Contains("in the middle of a frame", await session.Connection.Closed.WaitAsync(SessionFixture.Patience), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisposalEndsEverythingAndCanBeRepeated()
    {
        await using var session = await SessionFixture.OpenAsync();
        var command = await session.StartAsync();

        await session.Connection.DisposeAsync();
        await session.Connection.DisposeAsync();

        Assert.Equal("the host closed the session", await session.Connection.Closed);
        await Assert.ThrowsAsync<SessionBrokenException>(() => command.Outcome);
        await command.DisposeAsync();
        await command.ControlAsync(new SignalControl(1), CancellationToken.None);
        Assert.Null(await session.Wire.ReadAsync());
    }

    [Fact]
    public async Task ChannelsBeyondTheLimitWaitForOneToEnd()
    {
        await using var session = await SessionFixture.OpenAsync();
        var starting = Enumerable.Range(0, ProtocolLimits.MaxChannels + 1)
            .Select(_ => session.Connection.StartAsync(SessionFixture.Exec(), CancellationToken.None))
            .ToList();
        for (uint opened = 1; opened <= ProtocolLimits.MaxChannels; opened++)
        {
            Assert.Equal(opened, (await session.Wire.ReadAsync(FrameType.Open)).Header.Channel);
        }

        await session.Wire.SendAsync(5, new FailedOutcome(FailureCode.Other, "no"));

        Assert.Equal((uint)ProtocolLimits.MaxChannels + 1, (await session.Wire.ReadAsync(FrameType.Open).WaitAsync(SessionFixture.Patience)).Header.Channel);
        await session.Connection.DisposeAsync();
        foreach (var start in starting)
        {
            await Record.ExceptionAsync(() => start.WaitAsync(SessionFixture.Patience));
            Assert.True(start.IsCompleted);
        }
    }
}
