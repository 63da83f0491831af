using Mayfly.Supervision;
using Mayfly.Transports.Vsock.Kernel;

namespace Mayfly.Tests.Transports.Vsock;

/// <summary>The endpoint's own code over sockets that work on every host; see <see cref="LoopbackNetwork"/>.</summary>
public sealed class KernelVsockEndpointTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-test-");
    private readonly uint _port = LoopbackNetwork.RandomNumber();
    private readonly KernelVsockEndpoint _endpoint;

    public KernelVsockEndpointTests()
    {
        var lease = ContextIdLease.Take(_directory.FullName, LoopbackNetwork.RandomNumber, _ => true);
        _endpoint = new KernelVsockEndpoint(lease, LoopbackNetwork.Network);
    }

    private uint Guest => _endpoint.ContextId;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _endpoint.DisposeAsync();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task APortInTheGuestIsDialled()
    {
        using var listening = LoopbackNetwork.ListenInGuest(Guest, _port);
        await using var stream = await _endpoint.ConnectAsync(_port, CancellationToken.None).WaitAsync(Deadline);
        using var peer = new Peer(await listening.AcceptAsync().WaitAsync(Deadline));
        await peer.SendAsync("up");
        await stream.WriteAsync("down"u8.ToArray());
        stream.CompleteWrites();
        var up = new byte[2];
        await stream.ReadExactlyAsync(up).AsTask().WaitAsync(Deadline);

        Assert.Equal("up"u8.ToArray(), up);
        Assert.Equal("down", await peer.ReceiveAsync(5));
        Assert.Equal(_port, stream.GuestPort);
    }

    [Fact]
    public async Task APortThatNobodyListensOnIsRefusedByName()
    {
        var refusal = await Assert.ThrowsAsync<SandboxVsockException>(() => _endpoint.ConnectAsync(_port, CancellationToken.None).WaitAsync(Deadline));

        Assert.Equal("MAY3040", refusal.Code);
        Assert.Contains($"{_port}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyThisGuestIsAcceptedAndStrangersAreTurnedAwayUnasked()
    {
        await using var listener = _endpoint.Listen(_port);
        using var before = await LoopbackNetwork.DialHostAsync(Guest ^ 1, 10, _port);
        using var guest = await LoopbackNetwork.DialHostAsync(Guest, 11, _port);
        using var after = await LoopbackNetwork.DialHostAsync(Guest ^ 2, 12, _port);

        Assert.True(await before.IsTurnedAwayAsync());
        Assert.True(await after.IsTurnedAwayAsync());
        await using var stream = await listener.AcceptAsync().WaitAsync(Deadline);
        await guest.SendAsync("x");
        Assert.Equal(1, await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Deadline));
        Assert.Equal(11u, stream.GuestPort);
        Assert.Equal(_port, stream.HostPort);
    }

    [Fact]
    public async Task StrangersDoNotUseUpTheBacklogOfTheGuest()
    {
        await using var listener = _endpoint.Listen(_port);
        for (var stranger = 0u; stranger < 2 * VsockListener.Backlog; stranger++)
        {
            using var peer = await LoopbackNetwork.DialHostAsync(Guest ^ 1, 100 + stranger, _port);
            Assert.True(await peer.IsTurnedAwayAsync());
        }

        using var guest = await LoopbackNetwork.DialHostAsync(Guest, 11, _port);

        Assert.Equal(11u, (await listener.AcceptAsync().WaitAsync(Deadline)).GuestPort);
    }

    [Fact]
    public async Task ATakenPortIsRefusedUntilItsListenerIsGone()
    {
        var listener = _endpoint.Listen(_port);
        Assert.Equal("MAY3041", Assert.Throws<SandboxVsockException>(() => _endpoint.Listen(_port)).Code);

        await listener.DisposeAsync();

        await using var again = _endpoint.Listen(_port);
    }

    [Fact]
    public async Task DisposalEndsWhatWasGivenOutAndGivesTheContextIdBack()
    {
        using var listening = LoopbackNetwork.ListenInGuest(Guest, _port);
        var dialled = await _endpoint.ConnectAsync(_port, CancellationToken.None).WaitAsync(Deadline);
        using var peer = new Peer(await listening.AcceptAsync().WaitAsync(Deadline));
        var accepting = _endpoint.Listen(LoopbackNetwork.RandomNumber()).AcceptAsync();
        var reading = dialled.ReadAsync(new byte[1]).AsTask();
        Assert.Null(NumberLease.TryTake(_directory.FullName, Guest));

        await _endpoint.DisposeAsync();
        await _endpoint.DisposeAsync();

        Assert.Equal("MAY3042", (await Assert.ThrowsAsync<SandboxVsockException>(() => accepting.WaitAsync(Deadline))).Code);
        await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Deadline));
        Assert.True(await peer.IsTurnedAwayAsync());
        await Assert.ThrowsAsync<SandboxVsockException>(() => _endpoint.ConnectAsync(_port, CancellationToken.None));
        using var again = NumberLease.TryTake(_directory.FullName, Guest);
        Assert.NotNull(again);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public async Task APortThatIsNoneIsRefused(uint port)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _endpoint.Listen(port));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _endpoint.ConnectAsync(port, CancellationToken.None));
    }
}
