using System.Net;
using System.Net.Sockets;

namespace GuestTests;

/// <summary>The network stack is the machine's own: its loopback, its ports, its knobs.</summary>
[Trait("Category", "MicroVM")]
public sealed class NetworkTests : IAsyncLifetime, IDisposable
{
    private const string PortRange = "/proc/sys/net/ipv4/ip_local_port_range";
    private const int FloodBytes = 64 * 1024 * 1024;
    private const int Connections = 2000;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public async Task InitializeAsync()
    {
        Assert.Equal(0, await Shell.RunAsync("ip link set lo up"));
        _listener.Start(Connections);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    [GuestFact]
    public async Task LoopbackTakesAFlood()
    {
        using var sender = await ConnectAsync();
        using var receiver = await _listener.AcceptTcpClientAsync();
        var sending = Task.Run(() =>
        {
            var block = new byte[64 * 1024];
            for (var sent = 0; sent < FloodBytes; sent += block.Length)
            {
                sender.GetStream().Write(block);
            }

            sender.Client.Shutdown(SocketShutdown.Send);
        });

        var buffer = new byte[64 * 1024];
        var received = 0;
        while (await receiver.GetStream().ReadAsync(buffer) is > 0 and var count)
        {
            received += count;
        }

        await sending;
        Assert.Equal(FloodBytes, received);
    }

    [GuestFact]
    public async Task ThousandsOfConnectionsAreOpenAtOnce()
    {
        var sockets = new List<TcpClient>();
        for (var number = 0; number < Connections; number++)
        {
            sockets.Add(await ConnectAsync());
            sockets.Add(await _listener.AcceptTcpClientAsync());
        }

        Assert.All(sockets, socket => Assert.True(socket.Connected));
        sockets.ForEach(socket => socket.Dispose());
    }

    [GuestFact]
    public async Task OutOfPortsThereIsNoSecondConnection()
    {
        await File.WriteAllTextAsync(PortRange, "50000 50000");

        using var first = await ConnectAsync();
        var refused = await Assert.ThrowsAsync<SocketException>(ConnectAsync);

        Assert.Equal(SocketError.AddressNotAvailable, refused.SocketErrorCode);
    }

    [GuestFact]
    public async Task TheNeighbourHasAllPorts()
    {
        Assert.Equal("32768\t60999\n", await File.ReadAllTextAsync(PortRange));
        using var first = await ConnectAsync();
        using var second = await ConnectAsync();
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)_listener.LocalEndpoint);
        return client;
    }
}
