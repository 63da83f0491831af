using System.Diagnostics;
using Mayfly.Agent.Native;
using Mayfly.Agent.Warden.Resources;
using HostInterface = System.Net.NetworkInformation.NetworkInterface;

namespace Mayfly.Tests.Agent;

/// <summary>Real devices and real bridges, in the host's own network namespace.</summary>
public sealed class TapDeviceTests : IDisposable
{
    private const int Eopnotsupp = 95;

    private readonly string _tap = Name("t");
    private readonly string _other = Name("o");

    public void Dispose()
    {
        foreach (var name in new[] { _tap, _other }.Where(Exists))
        {
            Ip("link", "delete", name);
        }
    }

    [TapFact]
    public void ADeviceHasItsAddressIsUpAndGoesWithItsDescriptor()
    {
        using (var device = TapDevice.Create(_tap, null, "198.51.100.5/30"))
        {
            Assert.False(device.IsInvalid);
            Assert.Equal("0x5002", Read(_tap, "tun_flags"));
            Assert.Equal(1, Convert.ToInt32(Read(_tap, "flags"), 16) & 1);
            var address = Assert.Single(HostInterface.GetAllNetworkInterfaces().Single(card => card.Name == _tap).GetIPProperties().UnicastAddresses);
            Assert.Equal("198.51.100.5/30", $"{address.Address}/{address.PrefixLength}");
            Assert.Equal("1", File.ReadAllText($"/proc/sys/net/ipv6/conf/{_tap}/disable_ipv6").Trim());
            Assert.Equal(1, Libc.Control(device, Linux.F_GETFD, 0));
        }

        Assert.False(Exists(_tap));
    }

    [TapFact]
    public void ABridgeGetsAPortAndKeepsItsAddress()
    {
        Ip("link", "add", _other, "type", "bridge");
        using var device = TapDevice.Create(_tap, _other, null);
        var port = $"/sys/class/net/{_tap}/brport/bridge";

        Assert.Equal(_other, Path.GetFileName(new FileInfo(port).ResolveLinkTarget(returnFinalTarget: true)!.FullName));
        Assert.StartsWith("fe:", Read(_tap, "address"), StringComparison.Ordinal);
        Assert.Empty(HostInterface.GetAllNetworkInterfaces().Single(card => card.Name == _tap).GetIPProperties().UnicastAddresses);
    }

    [TapFact]
    public void ANameThatIsTakenIsRefusedAndItsOwnerKept()
    {
        using var owner = TapDevice.Create(_tap, null, null);
        Ip("tuntap", "add", "dev", _other, "mode", "tap");

        Assert.Equal(Errno.EBUSY, Assert.Throws<NativeException>(() => TapDevice.Create(_tap, null, null)).Errno);
        Assert.Equal(Errno.EBUSY, Assert.Throws<NativeException>(() => TapDevice.Create(_other, null, null)).Errno);
        Assert.Equal(Errno.EBUSY, Assert.Throws<NativeException>(() => TapDevice.Create("lo", null, null)).Errno);
        Assert.True(Exists(_tap));
        Assert.True(Exists(_other));
    }

    [TapFact]
    public void WhatCantJoinABridgeLeavesNothing()
    {
        var missing = Assert.Throws<NativeException>(() => TapDevice.Create(_tap, _other, null));
        var noBridge = Assert.Throws<NativeException>(() => TapDevice.Create(_tap, "lo", null));

        Assert.Equal(Errno.ENODEV, missing.Errno);
        Assert.Contains(_other, missing.Message, StringComparison.Ordinal);
        Assert.Equal(Eopnotsupp, noBridge.Errno);
        Assert.False(Exists(_tap));
    }

    [TapFact]
    public void AnAddressThatMakesNoSenseLeavesNothing()
    {
        foreach (var address in new[] { "", "198.51.100.5", "198.51.100.5/", "198.51.100.5/33", "198.51.100.5/0", "198.51.100/24", "198.51.100.256/24", "fe80::1/64", "/30" })
        {
            Assert.Equal(Errno.EINVAL, Assert.Throws<NativeException>(() => TapDevice.Create(_tap, null, address)).Errno);
        }

        Assert.False(Exists(_tap));
    }

    [Theory]
    [InlineData("a-name-of-16-by-", Errno.ENAMETOOLONG)]
    [InlineData("", Errno.EINVAL)]
    [InlineData("..", Errno.EINVAL)]
    [InlineData("mf%d", Errno.EINVAL)]
    [InlineData("../lo", Errno.EINVAL)]
    [InlineData("a b", Errno.EINVAL)]
    [InlineData("tüp", Errno.EINVAL)]
    public void NamesThatNoDeviceCanHaveAreRefusedEverywhere(string name, int errno)
    {
        Assert.Equal(errno, Assert.Throws<NativeException>(() => TapDevice.Create(name, null, null)).Errno);
        Assert.Equal(errno, Assert.Throws<NativeException>(() => TapDevice.Create(_tap, name, null)).Errno);
        Assert.Equal(errno, Assert.Throws<NativeException>(() => TapDevice.Remove(name)).Errno);
    }

    [TapFact]
    public void RemovalTakesADeviceInUseAPersistentOneAndNone()
    {
        using var used = TapDevice.Create(_tap, null, "198.51.100.5/30");
        Ip("tuntap", "add", "dev", _other, "mode", "tap");

        TapDevice.Remove(_tap);
        TapDevice.Remove(_other);
        TapDevice.Remove(_tap);

        Assert.False(Exists(_tap));
        Assert.False(Exists(_other));
    }

    [TapFact]
    public void RemovalRefusesWhatIsNoTapDevice()
    {
        Ip("link", "add", _other, "type", "bridge");
        Ip("tuntap", "add", "dev", _tap, "mode", "tun");

        foreach (var name in new[] { _other, _tap, "lo" })
        {
            var error = Assert.Throws<NativeException>(() => TapDevice.Remove(name));
            Assert.Equal(Errno.EINVAL, error.Errno);
            Assert.Contains("no TAP device", error.Message, StringComparison.Ordinal);
            Assert.True(Exists(name));
        }
    }

    private static string Name(string kind) => $"mfx{kind}{Random.Shared.Next(0x1000000):x6}";

    private static bool Exists(string name) => Directory.Exists($"/sys/class/net/{name}");

    private static string Read(string name, string attribute) => File.ReadAllText($"/sys/class/net/{name}/{attribute}").Trim();

    private static void Ip(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ip {string.Join(' ', arguments)}: {error}");
    }
}
