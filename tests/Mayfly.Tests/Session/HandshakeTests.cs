using System.Text;
using Mayfly.Diagnostics;
using Mayfly.Protocol;
using Mayfly.Session;

namespace Mayfly.Tests.Session;

public sealed class HandshakeTests
{
    [Fact]
    public async Task TheGuestsGreetingIsAnsweredAndKept()
    {
        await using var session = await SessionFixture.OpenAsync();

        Assert.Equal("6.1.0-test", session.Connection.Guest.KernelRelease);
        Assert.False(session.Connection.Closed.IsCompleted);
    }

    [Fact]
    public async Task AnOlderGuestWithinReachIsAccepted()
    {
        var hello = GuestWire.Greeting with { Version = 9, OldestVersion = 1 };

        Assert.Equal(ProtocolLimits.Version, Handshake.Negotiate(hello));
        Assert.Null((await FailAsync(hello, expectFailure: false))?.Message);
    }

    [Theory]
    [InlineData(9, 2)]
    [InlineData(0, 0)]
    [InlineData(1, -5)]
    [InlineData(1, 2)]
    public async Task WithoutACommonVersionBothRangesAreNamed(int version, int oldest)
    {
        var exception = Assert.IsType<SandboxBootException>(await FailAsync(GuestWire.Greeting with { Version = version, OldestVersion = oldest }));

        Assert.Equal(ErrorCode.HandshakeFailed, exception.Code);
        Assert.Contains($"{oldest} to {version}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[    0.000000] Linux version 6.1.0")]
    [InlineData("{\"version\":1}\nxxxxxxxxxxxx")]
    public async Task JunkBeforeTheGreetingIsShown(string junk)
    {
        var exception = Assert.IsType<SandboxBootException>(await FailAsync(Encoding.ASCII.GetBytes(junk)));

        Assert.Equal(ErrorCode.HandshakeFailed, exception.Code);
        Assert.Contains(junk[..10], exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOversizedGreetingIsRefusedBeforeItsBytesArrive()
    {
        var header = new byte[FrameHeader.Size];
        new FrameHeader(ProtocolLimits.MaxControlBytes, FrameType.Hello, StreamId.Input, 0).Write(header);

        var exception = await FailAsync(header);

        Assert.Contains("exceeds the limit", Assert.IsType<SandboxBootException>(exception).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"version\":\"one\",\"oldestVersion\":1}")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":1,\"oldestVersion\":1,\"warnings\":{}}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("")]
    public async Task AGreetingOfTheWrongShapeIsRefused(string json)
    {
        var frame = GuestWire.Encode(FrameType.Hello, 0, StreamId.Input, Encoding.UTF8.GetBytes(json));

        var exception = await FailAsync(frame);

        Assert.Equal(ErrorCode.HandshakeFailed, Assert.IsType<SandboxBootException>(exception).Code);
    }

    [Fact]
    public async Task AGreetingWithNullsAndEscapesIsMadeHarmless()
    {
        var (host, guest) = await SocketPair.CreateAsync();
        await using var wire = new GuestWire(guest);
        var json = "{\"version\":1,\"oldestVersion\":1,\"warnings\":null,\"software\":\"\\u001b[2J\",\"uptimeMs\":-4}"u8.ToArray();
        await wire.SendAsync(FrameType.Hello, 0, StreamId.Input, json);

        await using var connection = await SessionFixture.OpenHostAsync(host);

        Assert.Empty(connection.Guest.Warnings);
        Assert.DoesNotContain('\u001b', connection.Guest.Software!);
        Assert.Null(connection.Guest.UptimeMs);
    }

    [Fact]
    public async Task AStreamThatEndsBeforeTheGreetingIsABrokenSession()
    {
        var exception = await FailAsync([]);

        Assert.Contains("before it had greeted", Assert.IsType<SessionBrokenException>(exception).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CancellationEndsTheWaitAndClosesTheStream()
    {
        var (host, guest) = await SocketPair.CreateAsync();
        using var cancel = new CancellationTokenSource();
        var opening = AgentConnection.OpenAsync(host, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, cancel.Token);

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(SessionFixture.Patience));
        Assert.Equal(cancel.Token, exception.CancellationToken);
        Assert.Equal(0, await guest.ReadAsync(new byte[1]));
        await guest.DisposeAsync();
    }

    private static async Task<Exception?> FailAsync(Hello hello, bool expectFailure = true) =>
        await FailAsync(GuestWire.Encode(FrameType.Hello, 0, StreamId.Input, ProtocolJson.Encode(hello, ProtocolJson.Default.Hello)), expectFailure);

    private static async Task<Exception?> FailAsync(byte[] firstBytes, bool expectFailure = true)
    {
        var (host, guest) = await SocketPair.CreateAsync();
        await using (guest)
        {
            await guest.WriteAsync(firstBytes);
            if (firstBytes.Length == 0)
            {
                await guest.DisposeAsync();
            }

            var exception = await Record.ExceptionAsync(async () =>
            {
                await using var connection = await SessionFixture.OpenHostAsync(host);
            });
            Assert.Equal(expectFailure, exception is not null);
            return exception;
        }
    }
}
