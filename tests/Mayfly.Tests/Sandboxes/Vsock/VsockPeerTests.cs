using System.Security.Cryptography;
using System.Text;
using Mayfly.Diagnostics;

namespace Mayfly.Tests.Sandboxes.Vsock;

/// <summary>Vsock connections with a program in the guest that is not ours.</summary>
[Trait("Category", "MicroVM")]
public sealed class VsockPeerTests(SocatSandbox shared) : IClassFixture<SocatSandbox>
{
    private const long BulkBytes = 1024L * 1024 * 1024;
    private const int PieceBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan BulkPatience = TimeSpan.FromMinutes(10);

    private readonly byte[] _piece = RandomNumberGenerator.GetBytes(PieceBytes);

    private Sandbox Sandbox => shared.Sandbox;

    [Fact]
    public async Task AGibibyteReachesAGuestThatListens()
    {
        await using var peer = await Socat.ListenAsync(Sandbox, "-u", "-b", "65536", "VSOCK-LISTEN:6000", "SYSTEM:md5sum >/tmp/received");
        await using var stream = await Sandbox.ConnectVsockAsync(6000).WithPatience();
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var memory = new MemoryWatch();

        for (var left = BulkBytes; left > 0; left -= _piece.Length)
        {
            sent.AppendData(_piece);
            await stream.WriteAsync(_piece);
            memory.Look();
        }

        stream.CompleteWrites();
        await peer.Completion.WaitAsync(BulkPatience);
        var received = await Sandbox.ShellAsync("until [ -s /tmp/received ]; do sleep 0.1; done; cut -d ' ' -f 1 /tmp/received", Patience.Long);
        Assert.Equal(Convert.ToHexStringLower(sent.GetHashAndReset()), received.StandardOutput.Trim());
        memory.AssertFlat();
    }

    [Fact]
    public async Task AGibibyteComesFromAGuestThatConnects()
    {
        var (file, folder) = WritePiece();
        await Sandbox.PushAsync(file, "/tmp/piece");
        folder.Delete(recursive: true);
        await using var listener = await Sandbox.ListenVsockAsync(7000);
        await using var peer = await Sandbox.StartCommandAsync(
            Socat.Command("-u", "-b", "65536", $"SYSTEM:for i in $(seq {BulkBytes / PieceBytes}); do cat /tmp/piece; done", "VSOCK-CONNECT:2:7000"),
            new ExecOptions { Timeout = BulkPatience });
        await using var stream = await listener.AcceptAsync().WithPatience();
        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var memory = new MemoryWatch();

        var buffer = new byte[PieceBytes];
        var total = 0L;
        while (await stream.ReadAsync(buffer).AsTask().WithPatience() is var count and > 0)
        {
            received.AppendData(buffer, 0, count);
            total += count;
            memory.Look();
        }

        Assert.Equal(BulkBytes, total);
        for (var left = BulkBytes; left > 0; left -= _piece.Length)
        {
            expected.AppendData(_piece);
        }

        Assert.Equal(Convert.ToHexString(expected.GetHashAndReset()), Convert.ToHexString(received.GetHashAndReset()));
        memory.AssertFlat();
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
        // Reads from the one, writes to the other.
        await using var peer = await Socat.ListenAsync(Sandbox, "-t", "60", "VSOCK-LISTEN:6003", "SYSTEM:echo bye!!OPEN:/tmp/after-bye,creat");
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

    private (string File, DirectoryInfo Folder) WritePiece()
    {
        var folder = Directory.CreateTempSubdirectory("mayfly-test-");
        var file = Path.Combine(folder.FullName, "piece");
        File.WriteAllBytes(file, _piece);
        return (file, folder);
    }
}
