using System.Net;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Networks;

namespace Mayfly.Tests.Hypervisors.Qemu;

public sealed class QemuArgumentsTests
{
    private static readonly MachineSpec _spec = new()
    {
        Id = "0123456789",
        KernelPath = "/cache/vmlinux",
        InitramfsPaths = ["/cache/initramfs.cpio"],
        Memory = ByteSize.MiB(512),
        Cpus = 1,
        Accelerator = Acceleration.Tcg,
        Devices = [new SerialPortDevice("mayfly.session", "/run/mayfly/0123456789/session.sock")],
        KernelArguments = ["mayfly.debug=1"],
    };

    [Fact]
    public void EmulationIsToldTheRateOfTheTimeStampCounter() => Verify(_spec, tscKhz: 2_300_000);

    [Fact]
    public void EmulationWithoutAKnownRateTrustsTheCounter() => Verify(_spec, tscKhz: null);

    [Fact]
    public void KvmHasAClockOfItsOwn() => Verify(_spec with { Accelerator = Acceleration.Kvm, Cpus = 4 }, tscKhz: 2_300_000);

    [Fact]
    public void SeveralPortsShareOneDeviceInOrder() => Verify(
        _spec with { Devices = [new SerialPortDevice("a", "/run/a.sock"), new SerialPortDevice("b", "/run/b.sock")] },
        tscKhz: 2_300_000);

    [Fact]
    public void CommasInFileNamesAreEscapedWhereQemuSplits() => Verify(
        _spec with
        {
            KernelPath = "/cache/a,b/vmlinux",
            Devices = [new SerialPortDevice("x,y", "/run/a,b/session.sock")],
        },
        tscKhz: 2_300_000,
        directory: "/run/a,b");

    [Fact]
    public void AVsockDeviceOfMayflysOwnSharesTheMemory() => Verify(
        _spec with { Devices = [new VhostUserVsockDevice("/run/a,b/vsock.sock")] },
        tscKhz: 2_300_000);

    [Fact]
    public void AVsockDeviceOfTheKernelsSharesNothing() => Verify(
        _spec with { Accelerator = Acceleration.Kvm, Devices = [new KernelVsockDevice(4_000_000_000)] },
        tscKhz: 2_300_000);

    [Fact]
    public void AUserNetworkIsRestrictedAndForwardsItsPorts() => Verify(
        _spec with
        {
            Network = new UserNetworkCard(
                MacAddress.Of("0123456789"),
                [new PortForward(80), new PortForward(443, 8443) { HostAddress = IPAddress.Any }],
                Outbound: false),
        },
        tscKhz: 2_300_000);

    [Fact]
    public void AUserNetworkWithAWayOutIsNotRestricted() => Verify(
        _spec with { Network = new UserNetworkCard(MacAddress.Of("0123456789"), [new PortForward(53) { Protocol = PortProtocol.Udp }], Outbound: true) },
        tscKhz: 2_300_000);

    [Fact]
    public void ATapDeviceIsInheritedOpened() => Verify(
        _spec with { Network = new TapNetworkCard(MacAddress.Of("0123456789"), new TapSpec { Name = "mf0123456789", Bridge = "br0" }) },
        tscKhz: 2_300_000);

    [Fact]
    public void ACopyOnWriteDiskIsAnOverlayOfAFixedLengthOverTheImage() => Verify(
        _spec with { Disks = [new OverlayDrive("/images/a,b.img", "/run/a,b/disk0", 1_074_003_968)] },
        tscKhz: 2_300_000);

    [Fact]
    public void DisksKeepTheirOrderAndTheirNumbers() => Verify(
        _spec with { Disks = [new ReadOnlyDrive("/images/first.img"), new DeviceDrive("/run/mayfly/0123456789/disk1"), new ReadOnlyDrive("/images/third.img") { Serial = "layer0" }] },
        tscKhz: 2_300_000);

    [Fact]
    public void ARecordedMachineBootsWithItsMemoryInAFile() => Verify(
        _spec with { MemoryFile = new RecordedMemory("/cache/a,b/memory") },
        tscKhz: 2_300_000);

    [Fact]
    public void ARestoredMachineBootsNothingAndKeepsItsWritesToItself() => Verify(
        _spec with { MemoryFile = new RestoredMemory("/cache/a,b/memory", "/cache/a,b/state") },
        tscKhz: 2_300_000);

    [Fact]
    public void TheStateIsInheritedBehindTheTapDevice()
    {
        var tap = new TapNetworkCard(MacAddress.Of("0123456789"), new TapSpec { Name = "mf0123456789" });

        Assert.Equal(3, QemuArguments.StateDescriptor(_spec));
        Assert.Equal(4, QemuArguments.StateDescriptor(_spec with { Network = tap }));
    }

    private static void Verify(MachineSpec spec, long? tscKhz, [System.Runtime.CompilerServices.CallerMemberName] string test = "",
        string directory = "/run/mayfly/0123456789") => Snapshots.Verify(
        string.Join('\n', QemuArguments.Compose(spec, QemuSockets.In(directory), spec.InitramfsPaths[0], tscKhz)), test);
}
