using Mayfly.Protocol;

namespace Mayfly.Tests.Session.Transfers;

public sealed class TransferTests : IDisposable
{
    private const long Huge = 1L << 30;

    private readonly DirectoryInfo _host = Directory.CreateTempSubdirectory("mayfly-test-");

    public void Dispose() => _host.Delete(recursive: true);

    [Fact]
    public async Task APushArrivesWholeAndReportsWhatWasSent()
    {
        var received = new MemoryStream();
        PushRequest? asked = null;
        await using var session = await SessionFixture.ServeAsync(async (channel, request) =>
        {
            asked = (PushRequest)request;
            while (await channel.ReadInputAsync() is { } piece)
            {
                received.Write(piece);
            }

            await channel.OutcomeAsync(new TransferOutcome(99, 99, 2));
        });
        var bytes = new byte[3_000_000];
        new Random(3).NextBytes(bytes);
        await File.WriteAllBytesAsync(HostPath("file"), bytes);

        var outcome = await session.Connection.PushAsync(HostPath("file"), "/in", null, CancellationToken.None).WaitAsync(SessionFixture.Patience);

        Assert.Equal(new TransferOutcome(1, bytes.Length, 2), outcome);
        Assert.Equal(new PushRequest { Path = "/in", Name = "file" }, asked);
        using var target = new PullTarget();
        await target.ExtractAsync(received.ToArray());
        Assert.Equal(bytes, await File.ReadAllBytesAsync(target["pulled"]));
    }

    [Theory]
    [InlineData(FailureCode.NoSpace, "MAY3011", "SandboxOptions.Memory")]
    [InlineData(FailureCode.NotFound, "MAY3012", "does not exist")]
    [InlineData(FailureCode.Denied, "MAY3010", "denies")]
    [InlineData(FailureCode.WrongType, "MAY3010", "stands where")]
    [InlineData(FailureCode.Other, "MAY3010", "the words")]
    public async Task AGuestThatFailsInTheMiddleStopsTheSending(FailureCode code, string expected, string words)
    {
        await using var session = await SessionFixture.ServeAsync(async (channel, _) =>
        {
            await channel.ReadInputAsync();
            await channel.OutcomeAsync(new FailedOutcome(code, "the words", "/in/there"));
            while (await channel.ReadInputAsync() is not null)
            {
            }
        });
        MakeSparse("huge", Huge);
        var sent = new Told();

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() =>
            session.Connection.PushAsync(HostPath("huge"), "/in", sent, CancellationToken.None).WaitAsync(SessionFixture.Patience));

        Assert.Equal(expected, exception.Code);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        Assert.Contains("/in/there", exception.Message, StringComparison.Ordinal);
        Assert.InRange(sent.Bytes, 1, 64 * ProtocolLimits.WindowBytes);
    }

    [Fact]
    public async Task AGuestThatReportsSuccessTooEarlyIsNotBelieved()
    {
        await using var session = await SessionFixture.ServeAsync((channel, _) => channel.OutcomeAsync(new TransferOutcome(1, 1, 0)));
        MakeSparse("huge", Huge);

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() =>
            session.Connection.PushAsync(HostPath("huge"), "/in", null, CancellationToken.None).WaitAsync(SessionFixture.Patience));

        Assert.Equal("MAY3010", exception.Code);
    }

    [Fact]
    public async Task AMissingSourceOpensNoChannel()
    {
        await using var session = await SessionFixture.OpenAsync();

        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() =>
            session.Connection.PushAsync(HostPath("absent"), "/in", null, CancellationToken.None));

        Assert.Equal("MAY1009", exception.Code);
        await using var command = await session.StartAsync();
    }

    [Fact]
    public async Task CancellingATransferTellsTheGuestAndTheSessionGoesOn()
    {
        await using var session = await SessionFixture.ServeAsync(async (channel, request) =>
        {
            Assert.IsType<CancelControl>(await channel.Control);
            await channel.OutcomeAsync(new FailedOutcome(FailureCode.Cancelled, "cancelled"));
            Assert.NotNull(request);
        });
        MakeSparse("huge", Huge);
        using var cancel = new CancellationTokenSource();
        var push = session.Connection.PushAsync(HostPath("huge"), "/in", new Told(_ => cancel.CancelAsync()), cancel.Token);

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => push.WaitAsync(SessionFixture.Patience));
        Assert.Equal(cancel.Token, exception.CancellationToken);
        using var cancelPull = new CancellationTokenSource();
        var pull = session.Connection.PullAsync("/out", HostPath("out"), null, cancelPull.Token);
        await cancelPull.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull.WaitAsync(SessionFixture.Patience));

        Assert.False(session.Connection.Closed.IsCompleted);
    }

    [Fact]
    public async Task APulledTreeArrivesWithTheGuestsCountOfWhatItLeftOut()
    {
        await using var session = await SessionFixture.ServeAsync((channel, _) =>
            SendTarAsync(channel, RawTar.Tree().File("a", "one").Link("l", "a").ToArray(), new TransferOutcome(50, 50, 4)));

        var outcome = await session.Connection.PullAsync("/out", HostPath("out"), null, CancellationToken.None).WaitAsync(SessionFixture.Patience);

        Assert.Equal(new TransferOutcome(3, 3, 4), outcome);
        Assert.Equal("one", await File.ReadAllTextAsync(HostPath("out/l")));
    }

    [Fact]
    public async Task APulledFileTakesTheNameOfTheGuestPath()
    {
        await using var session = await SessionFixture.ServeAsync((channel, _) =>
            SendTarAsync(channel, new RawTar().File(".", "one").ToArray(), new TransferOutcome(1, 3, 0)));

        await session.Connection.PullAsync("/work/result", _host.FullName, null, CancellationToken.None).WaitAsync(SessionFixture.Patience);

        Assert.Equal("one", await File.ReadAllTextAsync(HostPath("result")));
    }

    [Theory]
    [InlineData(FailureCode.NotFound, "MAY3012")]
    [InlineData(FailureCode.Denied, "MAY3010")]
    public async Task AGuestThatFailsBeforeOrInTheMiddleOfAPullIsHeard(FailureCode code, string expected)
    {
        foreach (var tar in (byte[][])[[], RawTar.Tree().File("a", new string('x', 1000)).WithoutEnd()[..1200]])
        {
            await using var session = await SessionFixture.ServeAsync((channel, _) => SendTarAsync(channel, tar, new FailedOutcome(code, "\u001b[31mno", "/out")));

            var exception = await Assert.ThrowsAsync<SandboxTransferException>(() =>
                session.Connection.PullAsync("/out", HostPath("out"), null, CancellationToken.None).WaitAsync(SessionFixture.Patience));

            Assert.Equal(expected, exception.Code);
            Assert.DoesNotContain('\u001b', exception.Message);
            Assert.False(Path.Exists(HostPath("out/a")));
        }
    }

    [Fact]
    public async Task APullThatIsRefusedIsCancelledAndTheSessionGoesOn()
    {
        await using var session = await SessionFixture.ServeAsync(async (channel, request) =>
        {
            if (request is not PullRequest)
            {
                await CommandTests.EchoAsync(channel, request);
                return;
            }

            await channel.WriteAsync(StreamId.Output, RawTar.Tree().File("../escaped").WithoutEnd());
            await channel.WriteAsync(StreamId.Output, new byte[4 * ProtocolLimits.WindowBytes]);
            await channel.Control;
            await channel.OutcomeAsync(new FailedOutcome(FailureCode.Cancelled, "cancelled"));
        });

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() =>
            session.Connection.PullAsync("/out", HostPath("out"), null, CancellationToken.None).WaitAsync(SessionFixture.Patience));

        Assert.Equal("MAY3013", exception.Code);
        Assert.Contains("../escaped", exception.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(HostPath("escaped")));
        await using var command = await session.Connection.StartAsync(SessionFixture.Exec(input: true), CancellationToken.None).WaitAsync(SessionFixture.Patience);
        await command.Input.DisposeAsync();
        await command.Outcome.WaitAsync(SessionFixture.Patience);
    }

    [Fact]
    public async Task ATruncatedPullThatTheGuestCallsASuccessIsMalformed()
    {
        await using var session = await SessionFixture.ServeAsync((channel, _) =>
            SendTarAsync(channel, RawTar.Tree().File("a").WithoutEnd(), new TransferOutcome(2, 5, 0)));

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() =>
            session.Connection.PullAsync("/out", HostPath("out"), null, CancellationToken.None).WaitAsync(SessionFixture.Patience));

        Assert.Contains("middle of the archive", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("/with\0zero")]
    public async Task AGuestPathThatIsNotAbsoluteIsRefused(string path)
    {
        await using var session = await SessionFixture.OpenAsync();

        var exception = await Assert.ThrowsAsync<SandboxConfigurationException>(() =>
            session.Connection.PullAsync(path, HostPath("out"), null, CancellationToken.None));

        Assert.Equal("MAY1001", exception.Code);
    }

    internal static async Task SendTarAsync(AgentChannel channel, byte[] tar, Outcome outcome)
    {
        await channel.WriteAsync(StreamId.Output, tar);
        await channel.EofAsync(StreamId.Output);
        await channel.OutcomeAsync(outcome);
    }

    private string HostPath(string name) => Path.Combine(_host.FullName, name);

    private void MakeSparse(string name, long length)
    {
        using var file = File.Create(HostPath(name));
        file.SetLength(length);
    }

    private sealed class Told(Action<long>? tell = null) : IProgress<long>
    {
        private long _bytes;

        public long Bytes => Volatile.Read(ref _bytes);

        public void Report(long value)
        {
            Volatile.Write(ref _bytes, value);
            tell?.Invoke(value);
        }
    }
}
