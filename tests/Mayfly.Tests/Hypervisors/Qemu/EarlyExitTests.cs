using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Supervision;

namespace Mayfly.Tests.Hypervisors.Qemu;

public sealed class EarlyExitTests
{
    private static readonly MachineSpec _spec = new()
    {
        Id = "one",
        KernelPath = "/k",
        InitramfsPaths = [],
        Memory = ByteSize.GiB(64),
        Cpus = 1,
        Accelerator = Acceleration.Kvm,
        Devices = [],
    };

    [Theory]
    [InlineData("qemu-system-x86_64: cannot set up guest memory 'microvm.ram': Cannot allocate memory", ErrorCode.NotEnoughMemory)]
    [InlineData("qemu: could not open kernel file '/k': No such file or directory", ErrorCode.KernelUnreadable)]
    [InlineData("qemu: invalid kernel header", ErrorCode.KernelUnreadable)]
    [InlineData("Is another process using the image [/a.img]?", ErrorCode.DiskUnusable)]
    [InlineData("Could not access KVM kernel module: Permission denied", ErrorCode.HypervisorExitedEarly)]
    [InlineData("qemu-system-x86_64: -machine microvm,nonsense=1: Property not found", ErrorCode.HypervisorExitedEarly)]
    [InlineData("qemu-system-x86_64: -netdev user,id=net0: network backend 'user' is not compiled into this binary", ErrorCode.NetworkUnavailable)]
    public void QemusWordsDecideAndAreQuoted(string standardError, string code)
    {
        var error = EarlyExit.Explain(new WardenEnd(WardenEndKind.Exited, 1), standardError, _spec);

        Assert.Equal(code, error.Code);
        Assert.Contains(standardError, error.Message, StringComparison.Ordinal);
        Assert.Contains("exited with code 1", error.Message, StringComparison.Ordinal);
    }
}
