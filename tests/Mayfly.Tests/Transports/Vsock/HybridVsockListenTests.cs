using System.Net.Sockets;
using Mayfly.Transports.Vsock.Hybrid;

namespace Mayfly.Tests.Transports.Vsock;

public sealed class HybridVsockListenTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-test-");
    private readonly string _path;
    private readonly HybridMonitor _monitor;
    private readonly HybridVsockEndpoint _endpoint;

    public HybridVsockListenTests()
    {
        _path = Path.Combine(_directory.FullName, "v.sock");
        _monitor = new HybridMonitor(_path);
        _endpoint = new HybridVsockEndpoint(_path);
    }

    private string[] ListeningSockets => Directory.GetFileSystemEntries(_directory.FullName, "v.sock_*");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        await _monitor.DisposeAsync();
    }

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task AConnectionFromTheGuestCarriesBytesBothWays()
    {
        await using var listener = _endpoint.Listen(1024);
        using var peer = _monitor.Dial(1024);
        await peer.SendAsync("up");
        await using var stream = await AcceptAsync(listener);
        await stream.WriteAsync("down"u8.ToArray());
        var up = new byte[2];
        await stream.ReadExactlyAsync(up).AsTask().WaitAsync(Deadline);

        Assert.Equal("up"u8.ToArray(), up);
        Assert.Equal("down", await peer.ReceiveAsync(4));
        Assert.Equal(1024u, listener.Port);
        Assert.Equal(1024u, stream.HostPort);
    }

    [Fact]
    public async Task TheSocketIsTheUsersAloneAndGoesWithTheListener()
    {
        var listener = _endpoint.Listen(77);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{_path}_77"));

        await listener.DisposeAsync();
        await listener.DisposeAsync();

        Assert.Empty(ListeningSockets);
        await using var again = _endpoint.Listen(77);
    }

    [Fact]
    public async Task ATakenPortIsRefusedAndAFreeOneFound()
    {
        await using var first = _endpoint.Listen(null);
        await using var second = _endpoint.Listen(null);

        var taken = Assert.Throws<SandboxVsockException>(() => _endpoint.Listen(first.Port));

        Assert.NotEqual(first.Port, second.Port);
        Assert.Equal("MAY3041", taken.Code);
        using var peer = _monitor.Dial(second.Port);
        await using var stream = await AcceptAsync(second);
    }

    [Fact]
    public async Task DisposalOfAListenerTurnsAwayWhoWaitsAndLeavesWhoWasAccepted()
    {
        var listener = _endpoint.Listen(null);
        using var accepted = _monitor.Dial(listener.Port);
        await using var stream = await AcceptAsync(listener);
        using var waiting = _monitor.Dial(listener.Port);

        await listener.DisposeAsync();
        await accepted.SendAsync("x");

        Assert.True(await waiting.IsTurnedAwayAsync());
        Assert.Equal(1, await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Deadline));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AcceptAsync(listener));
    }

    [Fact]
    public async Task DisposalOfAListenerEndsAnAcceptThatWaits()
    {
        var listener = _endpoint.Listen(null);
        var accepting = AcceptAsync(listener);

        await listener.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => accepting);
    }

    [Fact]
    public async Task CancellationEndsAnAcceptAndTheListenerGoesOn()
    {
        await using var listener = _endpoint.Listen(null);
        using var cancel = new CancellationTokenSource();
        var accepting = listener.AcceptAsync(cancel.Token);

        await cancel.CancelAsync();
        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.WaitAsync(Deadline));
        using var peer = _monitor.Dial(listener.Port);
        await using var stream = await AcceptAsync(listener);

        Assert.Equal(cancel.Token, canceled.CancellationToken);
    }

    [Fact]
    public async Task TheGuestIsRefusedBeyondTheBacklog()
    {
        await using var listener = _endpoint.Listen(null);
        var waiting = Enumerable.Range(0, VsockListener.Backlog).Select(_ => _monitor.Dial(listener.Port)).ToList();
        using var beyond = _monitor.Dial(listener.Port);

        Assert.True(await beyond.IsTurnedAwayAsync());
        foreach (var peer in waiting)
        {
            await using var stream = await AcceptAsync(listener);
            peer.Dispose();
        }
    }

    [Fact]
    public async Task TheEndOfTheEndpointEndsEverythingAndRemovesItsSockets()
    {
        var listener = _endpoint.Listen(null);
        var other = _endpoint.Listen(null);
        using var peer = _monitor.Dial(listener.Port);
        var stream = await AcceptAsync(listener);
        var accepting = AcceptAsync(other);
        var reading = stream.ReadAsync(new byte[1]).AsTask();

        await _endpoint.DisposeAsync();
        await _endpoint.DisposeAsync();

        Assert.Equal("MAY3042", (await Assert.ThrowsAsync<SandboxVsockException>(() => accepting)).Code);
        var lost = await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Deadline));
        Assert.Equal("MAY3042", Assert.IsType<SandboxVsockException>(lost.InnerException).Code);
        Assert.True(await peer.IsTurnedAwayAsync());
        Assert.Empty(ListeningSockets);
        Assert.Equal("MAY3042", Assert.Throws<SandboxVsockException>(() => _endpoint.Listen(null)).Code);
        Assert.Empty(ListeningSockets);
    }

    [Fact]
    public async Task AListenerWhoseSocketIsGoneCanBeDisposedOf()
    {
        var listener = _endpoint.Listen(null);
        foreach (var socket in ListeningSockets)
        {
            File.Delete(socket);
        }

        await listener.DisposeAsync();

        Assert.Throws<SocketException>(() => _monitor.Dial(listener.Port));
    }

    [Fact]
    public void APathTooLongForASocketWithAPortIsRefusedAtOnce()
    {
        var longest = "/" + new string('d', 107 - 1 - "_4294967295".Length);

        var exception = Assert.Throws<SandboxConfigurationException>(() => new HybridVsockEndpoint(longest + "d"));

        Assert.Equal("MAY1001", exception.Code);
        Assert.NotNull(new HybridVsockEndpoint(longest));
    }

    private static Task<VsockStream> AcceptAsync(VsockListener listener) => listener.AcceptAsync().WaitAsync(Deadline);
}
