using System.Diagnostics;
using Mayfly.Native;
using Mayfly.Transports.Vsock.Kernel;

namespace Mayfly.Tests.Transports.Vsock;

public sealed class ContextIdLeaseTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-test-");

    private string Root => _directory.FullName;

    private IEnumerable<string?> LeaseFiles => Directory.EnumerateFiles(Root).Select(Path.GetFileName).Where(name => name != ".lock").Order();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task LeasesTakenAtOnceFromFewIdsAreDistinct()
    {
        const int Ids = 40;
        var leases = await Task.WhenAll(Enumerable.Range(0, Ids).Select(_ => Task.Run(() => Take(Ids))));

        Assert.Equal(Enumerable.Range(3, Ids).Select(id => (uint)id), leases.Select(lease => lease.ContextId).Order());
        Assert.Equal(Ids, LeaseFiles.Count());
        await Task.WhenAll(leases.Select(lease => Task.Run(lease.Dispose)));
        Assert.Empty(LeaseFiles);
    }

    [Fact]
    public async Task AnIdIsNeverHeldTwiceWhileLeasesComeAndGo()
    {
        var holders = 0;
        var taken = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var round = 0; round < 2000; round++)
            {
                using var lease = ContextIdLease.TryTake(Root, 5);
                if (lease is not null)
                {
                    Assert.Equal(1, Interlocked.Increment(ref holders));
                    Interlocked.Increment(ref taken);
                    Thread.Yield();
                    Interlocked.Decrement(ref holders);
                }
            }
        })));

        Assert.NotEqual(0, taken);
        Assert.Empty(LeaseFiles);
    }

    [Fact]
    public async Task AnotherProcesssIdIsTakenUntilItDiesAndItsFileIsSweptThen()
    {
        using var owner = StartOwner(7);
        Assert.Equal("locked", await owner.StandardOutput.ReadLineAsync().WaitAsync(Deadline));
        Assert.Null(ContextIdLease.TryTake(Root, 7));
        Assert.Equal(0, ContextIdLease.Sweep(Root));

        owner.Kill();
        await owner.WaitForExitAsync().WaitAsync(Deadline);

        using (var lease = ContextIdLease.TryTake(Root, 7))
        {
            Assert.NotNull(lease);
            Assert.Equal(0, ContextIdLease.Sweep(Root));
        }

        File.WriteAllText(Path.Combine(Root, "8"), "");
        Assert.Equal(1, ContextIdLease.Sweep(Root));
        Assert.Empty(LeaseFiles);
    }

    [Fact]
    public void TheFirstLeaseOfAProcessSweeps()
    {
        File.WriteAllText(Path.Combine(Root, "8"), "");

        using var lease = ContextIdLease.Take(Root, () => 9, _ => true);

        Assert.Equal(["9"], LeaseFiles);
    }

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
    public void DisposalIsSafeToRepeatAndWhereTheDirectoryIsGone()
    {
        var lease = Take(5);
        lease.Dispose();
        using var other = ContextIdLease.TryTake(Root, lease.ContextId);
        lease.Dispose();
        Assert.Null(ContextIdLease.TryTake(Root, lease.ContextId));

        var orphan = ContextIdLease.TryTake(Path.Combine(_directory.CreateSubdirectory("gone").FullName), 5)!;
        Directory.Delete(Path.Combine(Root, "gone"), recursive: true);
        orphan.Dispose();
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

    private ContextIdLease Take(int ids) => ContextIdLease.Take(Root, () => (uint)Random.Shared.Next(3, 3 + ids), _ => true);

    private Process StartOwner(uint contextId)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec 9>>'{Path.Combine(Root, $"{contextId}")}'; flock -x 9; echo locked; exec cat");
        return Process.Start(start)!;
    }
}
