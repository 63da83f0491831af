using System.Net.Sockets;
using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Mayfly.Tests.Hypervisors.Qemu;
using Mayfly.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Transports;

public sealed class TransportPolicyTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mayfly-test-");
    private readonly string _device;

    public TransportPolicyTests()
    {
        _device = Path.Combine(_root.FullName, "vhost-vsock");
        File.WriteAllText(_device, "");
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData(true, true, true, SandboxTransport.Vsock, "scripted has vhost-user-vsock-device")]
    [InlineData(true, false, false, SandboxTransport.Vsock, "scripted has vhost-user-vsock-device")]
    [InlineData(false, true, true, SandboxTransport.KernelVsock, "no vhost-user-vsock-device; ")]
    [InlineData(false, true, false, SandboxTransport.Serial, "vhost-vsock does not exist")]
    [InlineData(false, false, true, SandboxTransport.Serial, "scripted has no vhost-user-vsock-device; scripted has no vhost-vsock-device; ")]
    public async Task TheBestThatMonitorAndHostHaveIsChosenAndTheReasonGiven(bool vhostUser, bool kernel, bool hasDevice, SandboxTransport expected, string reason)
    {
        if (!hasDevice)
        {
            File.Delete(_device);
        }

        var choice = await Policy(vhostUser, kernel).ChooseAsync(SandboxTransport.Auto, hasOwnKernel: false, default);

        Assert.Equal(expected, choice.Transport);
        Assert.Contains(reason, choice.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SandboxTransport.Vsock, true, false)]
    [InlineData(SandboxTransport.KernelVsock, false, true)]
    [InlineData(SandboxTransport.Serial, false, false)]
    public async Task WhatIsAskedForIsChosenWhereItCanBeHad(SandboxTransport wanted, bool vhostUser, bool kernel) =>
        Assert.Equal(new TransportChoice(wanted, "asked for"), await Policy(vhostUser, kernel).ChooseAsync(wanted, hasOwnKernel: true, default));

    [Theory]
    [InlineData(SandboxTransport.Vsock, false, true, true, "scripted has no vhost-user-vsock-device", "apt-get install qemu-system-x86")]
    [InlineData(SandboxTransport.KernelVsock, true, false, true, "scripted has no vhost-vsock-device", "apt-get install qemu-system-x86")]
    [InlineData(SandboxTransport.KernelVsock, true, true, false, "vhost-vsock does not exist", "modprobe vhost_vsock")]
    public async Task WhatIsAskedForAndMissingIsAnErrorWithTheRemedy(
        SandboxTransport wanted, bool vhostUser, bool kernel, bool hasDevice, string objection, string remedy)
    {
        if (!hasDevice)
        {
            File.Delete(_device);
        }

        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Policy(vhostUser, kernel).ChooseAsync(wanted, hasOwnKernel: true, default));

        Assert.Equal(ErrorCode.TransportUnavailable, error.Code);
        Assert.Contains(objection, error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
        Assert.True(error.IsHostUnable);
    }

    [Fact]
    public async Task ADeviceThatCantBeOpenedIsTheReason()
    {
        File.Delete(_device);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_device));

        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(
            () => Policy(vhostUser: true, kernel: true).ChooseAsync(SandboxTransport.KernelVsock, hasOwnKernel: false, default));

        Assert.Contains($"read and write access to {_device}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutAskingAWayThatCanBeMadeIsFound()
    {
        var choice = await new TransportPolicy(Hypervisor(vhostUser: true, kernel: true), NullLogger.Instance).ChooseAsync(SandboxTransport.Auto, hasOwnKernel: false, default);

        await using var transport = await TransportFactory.CreateAsync(choice.Transport, _root.FullName, TimeProvider.System, NullLogger.Instance);
        Assert.Equal(TransportName.Of(choice.Transport), transport.Name);
    }

    [Fact]
    public async Task AKernelOfTheUsersOwnIsReachedOverTheSerialPortUnlessAskedOtherwise()
    {
        var choice = await Policy(vhostUser: true, kernel: true).ChooseAsync(SandboxTransport.Auto, hasOwnKernel: true, default);

        Assert.Equal(SandboxTransport.Serial, choice.Transport);
        Assert.Contains("kernel of one's own", choice.Reason, StringComparison.Ordinal);
    }

    private TransportPolicy Policy(bool vhostUser, bool kernel) => new(Hypervisor(vhostUser, kernel), NullLogger.Instance, _device);

    private static ScriptedHypervisor Hypervisor(bool vhostUser, bool kernel) =>
        new(SandboxEndCause.Panicked, "") { VsockDevices = new VsockDevices(vhostUser, kernel) };
}
