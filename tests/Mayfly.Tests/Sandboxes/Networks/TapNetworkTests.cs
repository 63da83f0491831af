using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Mayfly.Tests.Sandboxes.Networks;

/// <summary>TAP devices between the host and real machines.</summary>
[Trait("Category", "MicroVM")]
public sealed class TapNetworkTests
{
    private const int Port = 7070;

    [RootFact]
    public async Task HostAndGuestReachEachOtherOverALinkThatGoesWithTheSandbox()
    {
        string device;
        await using (var sandbox = await Sandbox.StartAsync(new SandboxOptions { Network = SandboxNetwork.Tap() }))
        {
            device = $"mf{sandbox.Id}";
            Assert.Empty(sandbox.Guest.Warnings);
            Assert.True(Directory.Exists($"/sys/class/net/{device}"));
            await using var listener = new HostListener(sandbox.Network.HostAddress!);

            Assert.Equal("from the guest", await AskGuestAsync(sandbox));
            Assert.Equal(0, (await sandbox.ShellAsync($"ping -c 1 -W 20 {sandbox.Network.HostAddress}", Patience.Long)).ExitCode);
        }

        Assert.False(Directory.Exists($"/sys/class/net/{device}"));
    }

    [RootFact]
    public async Task ADeviceOnABridgeBecomesItsPortAndGoesWhenTheMonitorIsKilled()
    {
        const string Bridge = "mft-bridge0";
        await IpAsync("link", "add", Bridge, "type", "bridge");
        try
        {
            await IpAsync("address", "add", "198.51.100.1/24", "dev", Bridge);
            await IpAsync("link", "set", Bridge, "up");
            var network = SandboxNetwork.Tap(Bridge) with { Address = IPAddress.Parse("198.51.100.7") };
            await using var sandbox = await Sandbox.StartAsync(new SandboxOptions { Network = network });
            var device = $"/sys/class/net/mf{sandbox.Id}";
            Assert.True(Directory.Exists($"/sys/class/net/{Bridge}/brif/mf{sandbox.Id}"));
            Assert.Equal("from the guest", await AskGuestAsync(sandbox));

            Footprint.Of(sandbox).KillMonitor();

            await sandbox.Ended.WithPatience();
            Assert.False(Directory.Exists(device));
        }
        finally
        {
            await IpAsync("link", "delete", Bridge);
        }
    }

    [RootFact]
    public async Task TwoLinksHaveAddressesOfTheirOwn()
    {
        var options = new SandboxOptions { Network = SandboxNetwork.Tap() };
        await using var one = await Sandbox.StartAsync(options);
        await using var other = await Sandbox.StartAsync(options);

        Assert.NotEqual(one.Network.GuestAddress, other.Network.GuestAddress);
        Assert.Equal("from the guest", await AskGuestAsync(one));
        Assert.Equal("from the guest", await AskGuestAsync(other));
    }

    private static async Task<string> AskGuestAsync(Sandbox sandbox)
    {
        await using var server = await sandbox.StartCommandAsync(["sh", "-c", $"printf 'from the guest' | nc -l -p {Port}"], Patience.Long);

        // It answers as soon as it listens, and until then the connection is refused.
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(sandbox.Network.GuestAddress!, Port).WithPatience();
                using var reader = new StreamReader(client.GetStream());
                return await reader.ReadToEndAsync().WithPatience();
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task IpAsync(params string[] arguments)
    {
        using var ip = Process.Start("ip", arguments);
        await ip.WaitForExitAsync();
        Assert.Equal(0, ip.ExitCode);
    }
}
