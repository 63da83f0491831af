using System.Security.Cryptography;
using System.Text;
using Mayfly.Diagnostics;
using Mayfly.Tests.Sandboxes.Vsock;

namespace Mayfly.Tests.Sandboxes;

/// <summary>Connections into a real guest with no port of the host's in between.</summary>
public abstract partial class ForwardTests
{
    private const int ManyBytes = 8 * 1024 * 1024;

    [Fact]
    public async Task AStreamToAPortOfTheGuestLeadsBothWays()
    {
        var port = NextPort();
        await using var service = await ServeAsync(port, "cat");
        var bytes = RandomNumberGenerator.GetBytes(ManyBytes);
        await using var stream = await Sandbox.ConnectAsync(port).WithPatience();

        var sending = stream.WriteAsync(bytes).AsTask();
        var received = new byte[bytes.Length];
        await stream.ReadExactlyAsync(received).AsTask().WithPatience();
        await sending.WithPatience();

        Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(received));
        Assert.True(stream is { CanRead: true, CanWrite: true, CanSeek: false });
    }

    [Fact]
    public async Task AStreamEndsWhereTheProgramEndsIt()
    {
        var port = NextPort();
        await using var service = await ServeAsync(port, "echo", "said");
        await using var stream = await Sandbox.ConnectAsync(port).WithPatience();
        using var reader = new StreamReader(stream, Encoding.UTF8);

        Assert.Equal("said\n", await reader.ReadToEndAsync().WithPatience());
    }

    [Fact]
    public async Task AStreamLeadsToAUnixSocketOfTheGuestToo()
    {
        await Socat.InstallAsync(Sandbox);
        await using var echo = await Socat.ListenAsync(Sandbox, "UNIX-LISTEN:/tmp/connect.sock", "PIPE");
        await using var stream = await Sandbox.ConnectAsync("/tmp/connect.sock").WithPatience();

        await stream.WriteAsync("hello"u8.ToArray());
        var received = new byte[5];
        await stream.ReadExactlyAsync(received).AsTask().WithPatience();

        Assert.Equal("hello", Encoding.UTF8.GetString(received));
    }

    [Fact]
    public async Task TheProgramSeesTheEndOfAStreamThatIsDisposedOf()
    {
        var port = NextPort();
        await using var service = await ServeAsync(port, "sh", "-c", "echo up; cat > /dev/null; echo over > /tmp/stream-is-over");
        var stream = await Sandbox.ConnectAsync(port).WithPatience();
        Assert.Equal((byte)'u', stream.ReadByte());

        await stream.DisposeAsync();

        (await Sandbox.ShellAsync("until grep -q over /tmp/stream-is-over; do sleep 0.1; done", Patience.Long)).EnsureSuccess();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => stream.ReadAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task WhereNobodyListensThereIsNoStream()
    {
        var port = await Assert.ThrowsAsync<SandboxForwardException>(() => Sandbox.ConnectAsync(NextPort())).WithPatience();
        var socket = await Assert.ThrowsAsync<SandboxForwardException>(() => Sandbox.ConnectAsync("/tmp/nobody.sock")).WithPatience();

        Assert.Equal((ErrorCode.ForwardRefused, ErrorCode.ForwardRefused), (port.Code, socket.Code));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65536)]
    public async Task AStreamToAPortThatCantBeIsRefused(int port) =>
        Assert.Equal(ErrorCode.InvalidOption, (await Assert.ThrowsAsync<SandboxConfigurationException>(() => Sandbox.ConnectAsync(port))).Code);

    [Theory]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/with\0nul")]
    [InlineData("/long", 200)]
    public async Task AStreamToASocketThatCantBeIsRefused(string path, int length = 0) =>
        Assert.Equal(ErrorCode.InvalidOption, (await Assert.ThrowsAsync<SandboxConfigurationException>(() => Sandbox.ConnectAsync(path.PadRight(length, 'x')))).Code);

    [Fact]
    public async Task WhoGivesUpBeforeAStreamIsThereGetsNone()
    {
        var port = NextPort();
        await using var service = await ServeAsync(port, "cat");
        using var giveUp = new CancellationTokenSource();
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sandbox.ConnectAsync(port, giveUp.Token)).WithPatience();

        // The token is of the attempt only.
        using var behind = new CancellationTokenSource();
        await using var stream = await Sandbox.ConnectAsync(port, behind.Token).WithPatience();
        await behind.CancelAsync();
        await stream.WriteAsync("x"u8.ToArray());
        Assert.Equal((byte)'x', stream.ReadByte());
    }
}
