using Mayfly.Native;
using Mayfly.Transports.Vsock.Kernel;

namespace Mayfly.Tests.Transports.Vsock;

public sealed class ContextIdLeaseTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-test-");

    private string Root => _directory.FullName;

    private IEnumerable<string?> LeaseFiles => Directory.EnumerateFiles(Root).Select(Path.GetFileName).Where(name => name != ".lock").Order();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void AnIdThatTheHostsKernelHasGivenAwayIsPassedOver()
    {
        uint next = 20;

        using var lease = ContextIdLease.Take(Root, () => next++, id => id >= 22);

        Assert.Equal(22u, lease.ContextId);
        Assert.Equal(["22"], LeaseFiles);
    }

    [Fact]
    public void AHostWithoutAFreeIdSaysSoAndKeepsNone()
    {
        var exception = Assert.Throws<SandboxConfigurationException>(() => ContextIdLease.Take(Root, () => 5, _ => false));

        Assert.Equal("MAY1010", exception.Code);
        Assert.Empty(LeaseFiles);
    }

    [Fact]
    public void AFailureOfTheDeviceKeepsNoId()
    {
        // What is no vhost-vsock device does not know the ioctl.
        using var device = VhostVsockDevice.Open("/dev/null");

        Assert.Throws<IOException>(() => ContextIdLease.Take(Root, () => 5, device.TryTake));
        Assert.Empty(LeaseFiles);
    }

    [Fact]
    public void AHostWithoutTheDeviceIsToldWhatToDo()
    {
        Assert.Contains("modprobe vhost_vsock", KernelVsockHost.Objection(Path.Combine(Root, "vhost-vsock"))!.Remedy, StringComparison.Ordinal);
    }

    [KernelVsockHostFact]
    public void TheKernelGivesAnIdToOneDeviceAtATime()
    {
        using var lease = ContextIdLease.Take();
        using (var first = VhostVsockDevice.Open(VhostVsockDevice.DefaultPath))
        using (var second = VhostVsockDevice.Open(VhostVsockDevice.DefaultPath))
        {
            Assert.True(first.TryTake(lease.ContextId));
            Assert.False(second.TryTake(lease.ContextId));
        }

        using var third = VhostVsockDevice.Open(VhostVsockDevice.DefaultPath);
        Assert.True(third.TryTake(lease.ContextId));
    }
}
