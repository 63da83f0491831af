using Mayfly.Hypervisors;
using Mayfly.Networks;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Hypervisors;

/// <summary>What a warden is told to make. The order of what the monitor inherits is the order of its descriptors.</summary>
public sealed class MachinePlanTests
{
    private static readonly MachineSpec _spec = new()
    {
        Id = "0123456789",
        KernelPath = "/cache/vmlinux",
        InitramfsPaths = ["/cache/initramfs.cpio"],
        Memory = ByteSize.MiB(512),
        Cpus = 1,
        Accelerator = Acceleration.Tcg,
        Devices = [],
    };

    [Fact]
    public void ARestoredMachineInheritsItsStateOpened()
    {
        var file = Assert.Single(Inherited(_spec with { MemoryFile = new RestoredMemory("/cache/memory", "/cache/state") }));

        Assert.Equal((ResourceKind.OpenFile, "/cache/state"), (file.Kind, file["path"]));
    }

    [Fact]
    public void OtherMachinesInheritNoFile()
    {
        Assert.Empty(Inherited(_spec));
        Assert.Empty(Inherited(_spec with { MemoryFile = new RecordedMemory("/cache/memory") }));
    }

    [Fact]
    public void TheStateComesBehindTheTapDeviceAsTheMonitorIsTold()
    {
        var inherited = Inherited(_spec with
        {
            MemoryFile = new RestoredMemory("/cache/memory", "/cache/state"),
            Network = new TapNetworkCard(MacAddress.Of("0123456789"), new TapSpec { Name = "mf0123456789" }),
        });

        Assert.Equal([ResourceKind.Tap, ResourceKind.OpenFile], inherited.Select(resource => resource.Kind));
    }

    [Fact]
    public void OnlyQemusOwnNetworkLeavesTheMonitorInTheHosts()
    {
        Assert.True(MachinePlan.Compose(_spec, []).IsolateNetwork);
        Assert.False(MachinePlan.Compose(_spec with { Network = new UserNetworkCard(MacAddress.Of("0123456789"), [], Outbound: false) }, []).IsolateNetwork);
    }

    private static ResourceHandle[] Inherited(MachineSpec spec) =>
        [.. MachinePlan.Compose(spec, ["qemu"]).Resources.Where(resource => resource.Kind is ResourceKind.Tap or ResourceKind.OpenFile)];
}
