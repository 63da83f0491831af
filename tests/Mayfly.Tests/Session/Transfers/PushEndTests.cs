using System.Runtime.CompilerServices;
using Mayfly.Protocol;
using Mayfly.Session;
using Mayfly.Session.Transfers;

namespace Mayfly.Tests.Session.Transfers;

/// <summary>
/// The moment in which a push's stream has ended and its outcome is not yet known: the read loop settles the one after the
/// other. Here the test is the read loop.
/// </summary>
public sealed class PushEndTests : IDisposable
{
    private readonly DirectoryInfo _host = Directory.CreateTempSubdirectory("mayfly-test-");
    private readonly TransferChannel _channel;

    public PushEndTests()
    {
        File.WriteAllText(HostFile, "content");
        _channel = new TransferChannel(new PushRequest { Path = "/in", Name = "file" }, new OutgoingQueue(Stream.Null), TimeProvider.System);
        _channel.Open(1);
    }

    private string HostFile => Path.Combine(_host.FullName, "file");

    public void Dispose() => _host.Delete(recursive: true);

    [Theory]
    [InlineData(true, "MAY3011")]
    [InlineData(false, "MAY3010")]
    public async Task ASenderThatSeesTheBrokenPipeFirstFailsWithTheOutcome(bool hasFailed, string code)
    {
        End(_channel);
        var sending = SendAsync();
        Assert.False(sending.IsCompleted);

        Assert.False(_channel.Receive(OutcomeFrame(hasFailed ? new FailedOutcome(FailureCode.NoSpace, "full", "/in/file") : new TransferOutcome(1, 1, 0))));

        var exception = await Assert.ThrowsAsync<SandboxTransferException>(() => sending.WaitAsync(SessionFixture.Patience));
        Assert.Equal(code, exception.Code);
    }

    [Fact]
    public async Task ASenderThatSeesTheBrokenPipeFirstFailsWithTheSessionsEnd()
    {
        End(_channel);
        var sending = SendAsync();
        Assert.False(sending.IsCompleted);

        _channel.Break(new SessionBrokenException("the reason"));

        var exception = await Assert.ThrowsAsync<SessionBrokenException>(() => sending.WaitAsync(SessionFixture.Patience));
        Assert.Equal("the reason", exception.Message);
    }

    [Fact]
    public async Task AnErrorOfTheSendersOwnIsNotTakenForTheEnd()
    {
        var source = new TarSource(_host.FullName, new Failing());

        var exception = await Assert.ThrowsAsync<IOException>(() =>
            AgentConnection.SendAsync(source.WriteAsync, _channel, "Pushing", "/in", CancellationToken.None).WaitAsync(SessionFixture.Patience));

        Assert.Equal("the caller's", exception.Message);
    }

    private static Frame OutcomeFrame(Outcome outcome)
    {
        var payload = ProtocolJson.Encode(outcome, ProtocolJson.Default.Outcome);
        return new Frame(new FrameHeader(payload.Length, FrameType.Outcome, StreamId.Input, 1), payload);
    }

    /// <summary>What the channel does first when its outcome comes.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern void End(GuestChannel channel);

    private Task<TransferOutcome> SendAsync() =>
        AgentConnection.SendAsync(new TarSource(HostFile, null).WriteAsync, _channel, "Pushing", "/in", CancellationToken.None);

    private sealed class Failing : IProgress<long>
    {
        public void Report(long value) => throw new IOException("the caller's");
    }
}
