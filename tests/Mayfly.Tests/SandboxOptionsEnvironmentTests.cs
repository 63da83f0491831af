using Mayfly.Diagnostics;

namespace Mayfly.Tests;

public sealed class SandboxOptionsEnvironmentTests
{
    [Theory]
    [InlineData(null, SandboxTransport.Auto)]
    [InlineData("", SandboxTransport.Auto)]
    [InlineData("auto", SandboxTransport.Auto)]
    [InlineData("vsock", SandboxTransport.Vsock)]
    [InlineData("Kernel-Vsock", SandboxTransport.KernelVsock)]
    [InlineData("SERIAL", SandboxTransport.Serial)]
    [InlineData("ssh", SandboxTransport.Ssh)]
    public void TheTransportIsReadInAnyCase(string? value, SandboxTransport expected) =>
        Assert.Equal(expected, SandboxOptions.FromEnvironment(name => name == "MAYFLY_TRANSPORT" ? value : null).Transport);

    [Theory]
    [InlineData(null, SandboxKernel.Stock)]
    [InlineData("stock", SandboxKernel.Stock)]
    [InlineData("Minimal", SandboxKernel.Minimal)]
    public void TheKernelIsReadInAnyCase(string? value, SandboxKernel expected) =>
        Assert.Equal(expected, SandboxOptions.FromEnvironment(name => name == "MAYFLY_KERNEL" ? value : null).Kernel);

    [Theory]
    [InlineData(null, "none")]
    [InlineData("", "none")]
    [InlineData("None", "none")]
    [InlineData("user", "user")]
    [InlineData("USER:Outbound", "user:outbound")]
    [InlineData("tap", "tap")]
    [InlineData("Tap:Br0", "tap:Br0")]
    public void TheNetworkIsReadInAnyCaseButForABridgesName(string? value, string expected) =>
        Assert.Equal(expected, SandboxOptions.FromEnvironment(name => name == "MAYFLY_NETWORK" ? value : null).Network.ToString());

    [Theory]
    [InlineData("user:")]
    [InlineData("user:inbound")]
    [InlineData("tap:")]
    [InlineData("none:")]
    [InlineData(":tap")]
    [InlineData(null)]
    public void WhatIsNoNetworkIsNotRead(string? value) => Assert.False(SandboxNetwork.TryParse(value, out _));

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("0", false)]
    [InlineData("1", true)]
    public void MachinesAreColdWhereTheEnvironmentSaysSo(string? value, bool expected) =>
        Assert.Equal(expected, SandboxOptions.FromEnvironment(name => name == "MAYFLY_COLD" ? value : null).Cold);

    [Theory]
    [InlineData("MAYFLY_ACCEL", "auto, kvm or tcg")]
    [InlineData("MAYFLY_TRANSPORT", "auto, vsock, kernel-vsock, serial or ssh")]
    [InlineData("MAYFLY_NETWORK", "none, user, user:outbound, tap or tap:BRIDGE")]
    [InlineData("MAYFLY_KERNEL", "stock or minimal")]
    [InlineData("MAYFLY_MEMORY", "a size such as 512M")]
    [InlineData("MAYFLY_COLD", "1 or 0")]
    public void AnythingElseIsRefusedWithWhatIsPossible(string variable, string wanted)
    {
        var error = Assert.Throws<SandboxConfigurationException>(() => SandboxOptions.FromEnvironment(name => name == variable ? "pigeon" : null));

        Assert.Equal(ErrorCode.InvalidOption, error.Code);
        Assert.Contains($"{variable} is 'pigeon', but must be {wanted}", error.Message, StringComparison.Ordinal);
    }
}
