using System.Security.Cryptography;
using System.Text;
using Mayfly.Diagnostics;

namespace Mayfly.Tests.Sandboxes.Vsock;

/// <summary>Vsock connections with a program in the guest that is not ours.</summary>
[Trait("Category", "MicroVM")]
public sealed class VsockPeerTests(SocatSandbox shared) : IClassFixture<SocatSandbox>
{
    private const long BulkBytes = 1024L * 1024 * 1024;
    private const int PieceBytes = 1024 * 1024;
    private static readonly TimeSpan BulkPatience = TimeSpan.FromMinutes(10);

    private Sandbox Sandbox => shared.Sandbox;

    [Fact]
    public async Task AGibibyteGoesToAGuestThatListensAndComesBackTheSame()
    {
        await using var peer = await Socat.ListenAsync(Sandbox, "-b", "65536", "VSOCK-LISTEN:6000", "PIPE");
        await using var stream = await Sandbox.ConnectVsockAsync(6000).WithPatience();

        await AssertEchoesAsync(stream);
    }

    [Fact]
    public async Task AGibibyteGoesToAGuestThatConnectsAndComesBackTheSame()
    {
        await using var listener = await Sandbox.ListenVsockAsync(7000);
        await using var peer = await Sandbox.StartCommandAsync(
            Socat.Command("-b", "65536", "VSOCK-CONNECT:2:7000", "PIPE"), new ExecOptions { Timeout = BulkPatience });
        await using var stream = await listener.AcceptAsync().WithPatience();

        await AssertEchoesAsync(stream);
    }

    [Fact]
    public async Task TwoHundredAndFiftySixConnectionsTalkAtOnce()
    {
        const int count = 256;
        await using var peer = await Socat.ListenAsync(Sandbox, $"VSOCK-LISTEN:6001,fork,backlog={count}", "EXEC:cat");

        var streams = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Sandbox.ConnectVsockAsync(6001))).WithPatience();
        var said = await Task.WhenAll(streams.Select(async (stream, index) =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"number {index}"));
            stream.CompleteWrites();
            using var reader = new StreamReader(stream);
            return await reader.ReadToEndAsync();
        })).WithPatience();

        Assert.Equal(Enumerable.Range(0, count).Select(index => $"number {index}"), said);
    }

    [Fact]
    public async Task TheGuestSeesTheHostsHalfCloseAndAnswersAfterIt()
    {
        await using var peer = await Socat.ListenAsync(Sandbox, "-t", "60", "VSOCK-LISTEN:6002", "SYSTEM:wc -c");
        await using var stream = await Sandbox.ConnectVsockAsync(6002).WithPatience();

        await stream.WriteAsync(new byte[100_000]);
        stream.CompleteWrites();

        using var reader = new StreamReader(stream);
        Assert.Equal("100000", (await reader.ReadToEndAsync().WithPatience()).Trim());
    }

    [Fact]
    public async Task TheHostSeesTheGuestsHalfCloseAndGoesOnWriting()
    {
        await using var peer = await Socat.ListenAsync(Sandbox, "-t", "60", "VSOCK-LISTEN:6003", "SYSTEM:echo bye; exec >&-; cat >/tmp/after-bye");
        await using var stream = await Sandbox.ConnectVsockAsync(6003).WithPatience();

        using var reader = new StreamReader(stream, leaveOpen: true);
        Assert.Equal("bye\n", await reader.ReadToEndAsync().WithPatience());
        await stream.WriteAsync("still there"u8.ToArray());
        stream.CompleteWrites();
        await peer.Completion.WithPatience();

        Assert.Equal("still there", (await Sandbox.ShellAsync("cat /tmp/after-bye", Patience.Long)).StandardOutput);
    }

    [Fact]
    public async Task APortThatNobodyListensOnIsRefused()
    {
        var refused = await Assert.ThrowsAsync<SandboxVsockException>(() => Sandbox.ConnectVsockAsync(6999).WithPatience());

        Assert.Equal(ErrorCode.VsockRefused, refused.Code);
        Assert.Contains("6999", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheGuestIsRefusedWhereNobodyListensOnTheHost()
    {
        var result = await Sandbox.ExecAsync(Socat.Command("-u", "VSOCK-CONNECT:2:7999", "-"), Patience.Long);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Connection reset", result.StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APortHasOneListenerAtATime()
    {
        await using (await Sandbox.ListenVsockAsync(7001))
        {
            var taken = await Assert.ThrowsAsync<SandboxVsockException>(() => Sandbox.ListenVsockAsync(7001));
            Assert.Equal(ErrorCode.VsockPortInUse, taken.Code);
        }

        await using var again = await Sandbox.ListenVsockAsync(7001);
        Assert.Equal(7001u, again.Port);
    }

    [Fact]
    public async Task AConnectIsGivenUpWhenItIsCancelled()
    {
        using var giveUp = new CancellationTokenSource();
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Sandbox.ConnectVsockAsync(6000, giveUp.Token));
    }

    private static async Task AssertEchoesAsync(VsockStream stream)
    {
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var writing = Task.Run(async () =>
        {
            var piece = new byte[PieceBytes];
            var random = new Random(1);
            for (var left = BulkBytes; left > 0; left -= piece.Length)
            {
                random.NextBytes(piece);
                sent.AppendData(piece);
                await stream.WriteAsync(piece);
            }

            stream.CompleteWrites();
        });

        var buffer = new byte[PieceBytes];
        var total = 0L;
        var most = 0L;
        while (await stream.ReadAsync(buffer) is var count and > 0)
        {
            received.AppendData(buffer, 0, count);
            total += count;
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false));
        }

        await writing.WaitAsync(BulkPatience);
        Assert.Equal(BulkBytes, total);
        Assert.Equal(Convert.ToHexString(sent.GetHashAndReset()), Convert.ToHexString(received.GetHashAndReset()));

        // What garbage is not yet collected counts too; a leak of the data would be a gibibyte.
        Assert.InRange(most - before, long.MinValue, 128 * 1024 * 1024);
    }
}
