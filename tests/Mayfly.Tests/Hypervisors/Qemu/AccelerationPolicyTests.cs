using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Hypervisors.Qemu;

public sealed class AccelerationPolicyTests : IDisposable
{
    private static readonly GuestImage _image = new("/kernel", "/initramfs", "digest", null);

    private readonly string _root = Directory.CreateTempSubdirectory("mayfly-test-").FullName;
    private readonly string _device;

    public AccelerationPolicyTests()
    {
        _device = Path.Combine(_root, "kvm");
        File.WriteAllText(_device, "");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task EmulationIsNeverProbed()
    {
        var hypervisor = new ScriptedHypervisor(SandboxEndCause.Panicked, "");

        var choice = await Policy(hypervisor).ChooseAsync(Acceleration.Tcg, _image, default);

        Assert.Equal(Acceleration.Tcg, choice.Accelerator);
        Assert.Equal(0, hypervisor.Starts);
    }

    [Fact]
    public async Task AnAbsentDeviceIsTheReasonForEmulation()
    {
        File.Delete(_device);
        var hypervisor = new ScriptedHypervisor(SandboxEndCause.Panicked, "");

        var choice = await Policy(hypervisor).ChooseAsync(Acceleration.Auto, _image, default);

        Assert.Equal(Acceleration.Tcg, choice.Accelerator);
        Assert.Contains("does not exist", choice.Reason, StringComparison.Ordinal);
        Assert.Equal(0, hypervisor.Starts);
    }

    [Fact]
    public async Task AKernelThatComesUpWithKvmMakesKvmTheChoiceAndIsBootedOnce()
    {
        var hypervisor = new ScriptedHypervisor(
            SandboxEndCause.Panicked, "Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)");

        var choices = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Task.Run(() => Policy(hypervisor).ChooseAsync(Acceleration.Auto, _image, default))));

        Assert.All(choices, choice => Assert.Equal(Acceleration.Kvm, choice.Accelerator));
        Assert.Equal(1, hypervisor.Starts);
    }

    [Fact]
    public async Task ADamagedVerdictIsFoundAnew()
    {
        var hypervisor = new ScriptedHypervisor(SandboxEndCause.MonitorFailed, "failed to set MSR");
        await Policy(hypervisor).ChooseAsync(Acceleration.Auto, _image, default);
        foreach (var file in Directory.GetFiles(_root, "*.json"))
        {
            await File.WriteAllTextAsync(file, "{\"Usable\":");
        }

        var choice = await Policy(hypervisor).ChooseAsync(Acceleration.Auto, _image, default);

        Assert.Contains("failed to set MSR", choice.Reason, StringComparison.Ordinal);
        Assert.Equal(2, hypervisor.Starts);
    }

    [Fact]
    public async Task KvmDemandedAndBrokenIsAnErrorWithTheReason()
    {
        var hypervisor = new ScriptedHypervisor(SandboxEndCause.MonitorFailed, "failed to set MSR");

        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(
            () => Policy(hypervisor).ChooseAsync(Acceleration.Kvm, _image, default));

        Assert.Equal(ErrorCode.KvmUnusable, error.Code);
        Assert.Contains("failed to set MSR", error.Message, StringComparison.Ordinal);
    }

    private AccelerationPolicy Policy(IHypervisor hypervisor) =>
        new(hypervisor, TimeProvider.System, NullLogger.Instance, _device, _root);
}
