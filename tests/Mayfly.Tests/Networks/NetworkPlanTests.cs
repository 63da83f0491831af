using System.Net;
using Mayfly.Hypervisors;
using Mayfly.Networks;
using Mayfly.Protocol;

namespace Mayfly.Tests.Networks;

public sealed class NetworkPlanTests
{
    private const string Id = "abcdefghij";

    [Fact]
    public async Task NoNetworkIsNeitherCardNorSettings()
    {
        await using var plan = NetworkPlan.Make(SandboxNetwork.None, Id);

        Assert.Null(plan.Card);
        Assert.Null(plan.Settings);
        Assert.Null(plan.Report([]).GuestAddress);
    }

    [Theory]
    [InlineData(false, "127.0.0.1", null, null)]
    [InlineData(false, "0.0.0.0", "10.0.2.2", null)]
    [InlineData(true, "127.0.0.1", "10.0.2.2", "10.0.2.3")]
    public async Task AUserNetworkHasAGatewayWhereSomethingIsSentThere(bool outbound, string hostAddress, string? gateway, string? dnsServer)
    {
        var network = SandboxNetwork.User(new PortForward(80) { HostAddress = IPAddress.Parse(hostAddress) }) with { Outbound = outbound };
        await using var plan = NetworkPlan.Make(network, Id);

        Assert.Equal(new NetworkSettings { Address = "10.0.2.15", PrefixLength = 24, Gateway = gateway, DnsServer = dnsServer }, plan.Settings);
        Assert.Equal(new UserNetworkCard(MacAddress.Of(Id), network.Forwards, outbound), plan.Card);
    }

    [Fact]
    public async Task ALinkOfItsOwnHasASubnetUntilDisposal()
    {
        var directory = Directory.CreateTempSubdirectory("mayfly-test-");
        try
        {
            var plan = NetworkPlan.OfLink(
                SandboxNetwork.Tap() with { DnsServer = IPAddress.Parse("9.9.9.9") }, SubnetLease.Take(directory.FullName, () => 1, []), Id);

            var tap = Assert.IsType<TapNetworkCard>(plan.Card).Tap;
            Assert.Equal(new TapSpec { Name = "mfabcdefghij", HostAddress = IPAddress.Parse("198.18.0.5"), PrefixLength = 30 }, tap);
            Assert.Equal("198.18.0.5/30", tap.HostAddressCidr);
            Assert.Equal(new NetworkSettings { Address = "198.18.0.6", PrefixLength = 30, Gateway = "198.18.0.5", DnsServer = "9.9.9.9" }, plan.Settings);
            Assert.Equal(("198.18.0.6", "198.18.0.5"), ($"{plan.Report([]).GuestAddress}", $"{plan.Report([]).HostAddress}"));
            Assert.True(File.Exists(Path.Combine(directory.FullName, "1")));

            await plan.DisposeAsync();
            await plan.DisposeAsync();

            Assert.False(File.Exists(Path.Combine(directory.FullName, "1")));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task ABridgedGuestHasWhatItIsGiven()
    {
        var network = SandboxNetwork.Tap("br0") with { Address = IPAddress.Parse("192.168.7.2"), PrefixLength = 16, Gateway = IPAddress.Parse("192.168.0.1") };
        await using var plan = NetworkPlan.Make(network, Id);
        await using var bare = NetworkPlan.Make(SandboxNetwork.Tap("br0"), Id);

        Assert.Equal(new TapNetworkCard(MacAddress.Of(Id), new TapSpec { Name = "mfabcdefghij", Bridge = "br0" }), plan.Card);
        Assert.Null(((TapNetworkCard)plan.Card!).Tap.HostAddressCidr);
        Assert.Equal(new NetworkSettings { Address = "192.168.7.2", PrefixLength = 16, Gateway = "192.168.0.1" }, plan.Settings);
        Assert.Equal(new NetworkSettings(), bare.Settings);
        Assert.Null(bare.Report([]).GuestAddress);
    }
}
