using System.Net.Sockets;
using System.Text;
using Mayfly.Transports.Vsock.Hybrid;

namespace Mayfly.Tests.Transports.Vsock;

public sealed class HybridVsockConnectTests : IAsyncLifetime, IDisposable
{
    private const uint Port = 5000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-test-");
    private readonly HybridMonitor _monitor;
    private readonly HybridVsockEndpoint _endpoint;

    public HybridVsockConnectTests()
    {
        var path = Path.Combine(_directory.FullName, "v.sock");
        _monitor = new HybridMonitor(path);
        _endpoint = new HybridVsockEndpoint(path);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        await _monitor.DisposeAsync();
    }

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task AConnectionCarriesBytesBothWaysAndKnowsItsPorts()
    {
        _monitor.ServeRaw(Port, async (peer, _) =>
        {
            await peer.SendAsync("OK 1073741824\n");
            await peer.SendAsync(await peer.ReceiveAsync(4));
        });

        await using var stream = await ConnectAsync();
        await stream.WriteAsync("ping"u8.ToArray());

        Assert.Equal("ping", await ReadToEndAsync(stream));
        Assert.Equal(1073741824u, stream.HostPort);
        Assert.Equal(Port, stream.GuestPort);
    }

    [Fact]
    public async Task WhatTheGuestSendsRightBehindTheAnswerIsKept()
    {
        _monitor.ServeRaw(Port, (peer, _) => peer.SendAsync("OK 7\nOK 8\nhello"));

        await using var stream = await ConnectAsync();

        Assert.Equal("OK 8\nhello", await ReadToEndAsync(stream));
    }

    [Fact]
    public async Task APortThatNobodyListensOnIsRefusedByName()
    {
        var refusal = await Assert.ThrowsAsync<SandboxVsockException>(() => _endpoint.ConnectAsync(1234, CancellationToken.None).WaitAsync(Deadline));

        Assert.Equal("MAY3040", refusal.Code);
        Assert.Contains("1234", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NO\n")]
    [InlineData("\n")]
    [InlineData("OK\n")]
    [InlineData("OK \n")]
    [InlineData("OK -1\n")]
    [InlineData("OK 4294967296\n")]
    [InlineData("OK 5 \n")]
    [InlineData("ok 5\n")]
    [InlineData("OK 5")]
    [InlineData("\u001b[2J\n")]
    public async Task AnAnswerThatIsNoneIsARefusal(string answer)
    {
        _monitor.ServeRaw(Port, (peer, _) => peer.SendAsync(answer));

        var refusal = await Assert.ThrowsAsync<SandboxVsockException>(ConnectAsync);

        Assert.Equal("MAY3040", refusal.Code);
        Assert.DoesNotContain('\u001b', refusal.Message);
    }

    [Fact]
    public async Task AnAnswerWithoutEndIsARefusal()
    {
        _monitor.ServeRaw(Port, async (peer, _) =>
        {
            try
            {
                while (true)
                {
                    await peer.SendAsync(new string('O', 4096));
                }
            }
            catch (SocketException)
            {
                // The host has hung up.
            }
        });

        Assert.Equal("MAY3040", (await Assert.ThrowsAsync<SandboxVsockException>(ConnectAsync)).Code);
    }

    [Fact]
    public async Task CancellationGivesUpOnAMonitorThatDoesNotAnswerAndHangsUp()
    {
        var hungUp = new TaskCompletionSource<bool>();
        using var cancel = new CancellationTokenSource();
        _monitor.ServeRaw(Port, async (peer, _) =>
        {
            await cancel.CancelAsync();
            hungUp.SetResult(await peer.IsTurnedAwayAsync());
        });

        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _endpoint.ConnectAsync(Port, cancel.Token).WaitAsync(Deadline));

        Assert.Equal(cancel.Token, canceled.CancellationToken);
        Assert.True(await hungUp.Task.WaitAsync(Deadline));
    }

    [Fact]
    public async Task TheEndOfTheEndpointEndsAConnectThatWaits()
    {
        var asked = new TaskCompletionSource();
        _monitor.ServeRaw(Port, async (peer, _) =>
        {
            asked.SetResult();
            Assert.True(await peer.IsTurnedAwayAsync());
        });
        var connecting = ConnectAsync();
        await asked.Task.WaitAsync(Deadline);

        await _endpoint.DisposeAsync();

        Assert.Equal("MAY3042", (await Assert.ThrowsAsync<SandboxVsockException>(() => connecting)).Code);
        Assert.Equal("MAY3042", (await Assert.ThrowsAsync<SandboxVsockException>(ConnectAsync)).Code);
    }

    [Fact]
    public async Task AMonitorThatIsGoneIsAFailureRatherThanARefusal()
    {
        await _monitor.DisposeAsync();

        var failure = await Assert.ThrowsAsync<SandboxVsockException>(ConnectAsync);

        Assert.Equal("MAY3042", failure.Code);
        Assert.IsType<SocketException>(failure.InnerException);
    }

    [Fact]
    public async Task SixtyFourConnectionsAtOnceEachGetTheirOwnBytes()
    {
        var all = new Barrier64();
        _monitor.Serve(Port, async peer =>
        {
            var text = await peer.ReceiveAsync(4);
            await all.ArriveAsync();
            await peer.SendAsync(text);
        });

        var answers = await Task.WhenAll(Enumerable.Range(1000, Barrier64.Count).Select(async number =>
        {
            await using var stream = await ConnectAsync();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{number}"));
            return await ReadToEndAsync(stream);
        }));

        Assert.Equal(Enumerable.Range(1000, Barrier64.Count).Select(number => $"{number}"), answers);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public async Task APortThatIsNoneIsRefused(uint port) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _endpoint.ConnectAsync(port, CancellationToken.None));

    private Task<VsockStream> ConnectAsync() => _endpoint.ConnectAsync(Port, CancellationToken.None).WaitAsync(Deadline);

    private static async Task<string> ReadToEndAsync(VsockStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(Deadline);
    }

    /// <summary>Opens when all connections are there at the same time.</summary>
    private sealed class Barrier64
    {
        public const int Count = 64;

        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _arrived;

        public Task ArriveAsync()
        {
            if (Interlocked.Increment(ref _arrived) == Count)
            {
                _open.SetResult();
            }

            return _open.Task.WaitAsync(Deadline);
        }
    }
}
