using System.Net;
using Mayfly.Networks;

namespace Mayfly.Tests.Networks;

public sealed class SubnetLeaseTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-test-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(0, "198.18.0.1", "198.18.0.2")]
    [InlineData(1, "198.18.0.5", "198.18.0.6")]
    [InlineData(32767, "198.19.255.253", "198.19.255.254")]
    public void HostAndGuestGetTheTwoAddressesOfASubnet(uint number, string host, string guest)
    {
        using var lease = SubnetLease.Take(_directory.FullName, () => number, []);

        Assert.Equal((host, guest), (lease.Host.ToString(), lease.Guest.ToString()));
    }

    [Fact]
    public void NoTwoLeasesAreTheSame()
    {
        uint next = 0;
        using var first = SubnetLease.Take(_directory.FullName, () => 7, []);
        using var second = SubnetLease.Take(_directory.FullName, () => next++ == 0 ? 7u : 8u, []);

        Assert.NotEqual(first.Host, second.Host);
    }

    [Theory]
    [InlineData("198.18.0.0/30")]
    [InlineData("198.18.0.2/32")]
    [InlineData("198.18.0.0/24")]
    [InlineData("198.18.0.0/16")]
    public void WhatTheHostUsesIsPassedOver(string taken)
    {
        uint next = 0;
        using var lease = SubnetLease.Take(_directory.FullName, () => next++ == 0 ? 0u : 0x4000, [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse(taken)]);

        Assert.Equal("198.19.0.1", lease.Host.ToString());
    }

    [Fact]
    public void AHostThatUsesAllOfThemSaysSo()
    {
        var error = Assert.Throws<SandboxConfigurationException>(
            () => SubnetLease.Take(_directory.FullName, () => 5, [IPNetwork.Parse("198.0.0.0/8")]));

        Assert.Equal("MAY1013", error.Code);
        Assert.Contains("--network tap:NAME", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheHostsOwnNetworksAreFound() => Assert.Contains(HostNetworks.Read(), network => network.Contains(IPAddress.Loopback));

    [Fact]
    public void RoutesAreReadAsTheKernelPrintsThem()
    {
        string[] table =
        [
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
            "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
            "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
            "tun0\t000012C6\t00000000\t0001\t0\t0\t0\t0000FEFF\t0\t0\t0",
            "damaged",
        ];

        Assert.Equal(["192.0.2.0/24", "198.18.0.0/15"], HostNetworks.OfRoutes(table).Select(network => network.ToString()));
    }
}
