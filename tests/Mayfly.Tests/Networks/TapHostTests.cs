using Mayfly.Native;
using Mayfly.Networks;

namespace Mayfly.Tests.Networks;

public sealed class TapHostTests : IDisposable
{
    private const string Everything = "000001ffffffffff";
    private const string AllButNetAdmin = "000001ffffffefff";
    private const string Nothing = "0000000000000000";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-test-");

    private string Device => Path.Combine(_directory.FullName, "tun");

    private string Status => Path.Combine(_directory.FullName, "status");

    private string Interfaces => Path.Combine(_directory.FullName, "net");

    public TapHostTests()
    {
        File.WriteAllText(Device, "");
        Directory.CreateDirectory(Path.Combine(Interfaces, "br0", "bridge"));
        Directory.CreateDirectory(Path.Combine(Interfaces, "eth0"));
        Capabilities(Everything, Everything);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void WhatCanBeMadeIsNotObjectedTo()
    {
        Require(SandboxNetwork.Tap());
        Require(SandboxNetwork.Tap("br0"));
    }

    [Fact]
    public void WithoutTheDeviceItsModuleIsNamed()
    {
        File.Delete(Device);

        Assert.Contains("modprobe tun", Refusal(SandboxNetwork.Tap()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AllButNetAdmin, Everything)]
    [InlineData(Nothing, Nothing)]
    [InlineData("", "")]
    public void WithoutTheRightTheRemedyIsNamed(string effective, string ambient)
    {
        Capabilities(effective, ambient);

        var refusal = Refusal(SandboxNetwork.Tap());

        Assert.Contains("CAP_NET_ADMIN", refusal, StringComparison.Ordinal);
        Assert.Contains("--network user", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void ARightThatTheWardenWouldNotInheritCountsForRootOnly()
    {
        Capabilities(Everything, Nothing);

        if (FileStatus.EffectiveUserId == 0)
        {
            Require(SandboxNetwork.Tap());
        }
        else
        {
            Assert.Contains("ambient", Refusal(SandboxNetwork.Tap()), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ABridgeThatIsNoneIsNamed()
    {
        Assert.Contains("there is no bridge br1", Refusal(SandboxNetwork.Tap("br1")), StringComparison.Ordinal);
        Assert.Contains("the network interface eth0 is no bridge", Refusal(SandboxNetwork.Tap("eth0")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASandboxAsksBeforeAnythingElse()
    {
        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(
            () => Sandbox.StartAsync(new SandboxOptions { QemuPath = "/absent", Network = SandboxNetwork.Tap("mf-no-bridge") }));

        Assert.Equal("MAY1013", error.Code);
    }

    private void Capabilities(string effective, string ambient) =>
        File.WriteAllText(Status, $"Name:\tdotnet\nCapPrm:\t{Everything}\nCapEff:\t{effective}\nCapBnd:\t{Everything}\nCapAmb:\t{ambient}\n");

    private void Require(TapNetwork network) => new TapHost(Device, Status, Interfaces).Require(network);

    private string Refusal(TapNetwork network)
    {
        var error = Assert.Throws<SandboxConfigurationException>(() => Require(network));
        Assert.Equal("MAY1013", error.Code);
        return error.Message;
    }
}
