using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Mayfly.Supervision;

namespace Mayfly.Tests.Hypervisors.Qemu;

[Trait("Category", "MicroVM")]
public sealed class QemuMachineTests(MachineBench bench) : IClassFixture<MachineBench>
{
    [Fact]
    public async Task AGuestThatRestartsEndsAsPoweredOffAndLeavesNothing()
    {
        await using var warden = await MachineBench.StartWardenAsync();
        await using var machine = await bench.Hypervisor.StartAsync(bench.Spec(TinyInit.Restarting()), warden, default);

        var end = await machine.Ended.WaitAsync(MachineBench.Deadline);

        Assert.Equal(SandboxEndCause.PoweredOff, end.Cause);
        await AssertNothingIsLeftAsync(machine, warden);
    }

    [Fact]
    public async Task AnInitThatExitsEndsAsPanickedWithTheKernelsWords()
    {
        await using var warden = await MachineBench.StartWardenAsync();
        await using var machine = await bench.Hypervisor.StartAsync(bench.Spec(TinyInit.Exiting()), warden, default);

        var end = await machine.Ended.WaitAsync(MachineBench.Deadline);

        Assert.Equal(SandboxEndCause.Panicked, end.Cause);
        Assert.Contains("Attempted to kill init", end.Message, StringComparison.Ordinal);
        Assert.Contains("Kernel panic - not syncing", machine.Console.GetText(), StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(machine, warden);
    }

    [Fact]
    public async Task TheLastOfSeveralArchivesWins()
    {
        // Of an odd length, so that the archive behind it needs padding.
        byte[] other = [.. TinyInit.Cpio([1, 2, 3], "other"), 0];
        await using var warden = await MachineBench.StartWardenAsync();
        await using var machine = await bench.Hypervisor.StartAsync(bench.Spec(TinyInit.Sleeping(), other, TinyInit.Restarting()), warden, default);

        var end = await machine.Ended.WaitAsync(MachineBench.Deadline);

        Assert.Equal(SandboxEndCause.PoweredOff, end.Cause);
    }

    [Fact]
    public async Task DisposalEndsARunningMachineAndLeavesNothing()
    {
        await using var warden = await MachineBench.StartWardenAsync();
        var machine = await bench.Hypervisor.StartAsync(bench.Spec(TinyInit.Sleeping()), warden, default);

        await machine.DisposeAsync();
        await machine.DisposeAsync();

        Assert.Equal(SandboxEndCause.Disposed, (await machine.Ended).Cause);
        await AssertNothingIsLeftAsync(machine, warden);
    }

    [Fact]
    public async Task AMonitorThatIsKilledIsReportedAsItsFailure()
    {
        await using var warden = await MachineBench.StartWardenAsync();
        await using var machine = await bench.Hypervisor.StartAsync(bench.Spec(TinyInit.Sleeping()), warden, default);
        using var process = System.Diagnostics.Process.GetProcessById(machine.ProcessId);

        process.Kill();

        var end = await machine.Ended.WaitAsync(MachineBench.Deadline);
        Assert.Equal(SandboxEndCause.MonitorFailed, end.Cause);
        Assert.Contains("ended by signal 9", end.Message, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync(machine, warden);
    }

    [Fact]
    public async Task ACancelledStartLeavesNothing()
    {
        await using var warden = await MachineBench.StartWardenAsync();
        using var cancelled = new CancellationTokenSource();
        var starting = bench.Hypervisor.StartAsync(bench.Spec(TinyInit.Sleeping()), warden, cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
        await warden.DisposeAsync();
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task AKernelThatIsNoneIsExplained()
    {
        await using var warden = await MachineBench.StartWardenAsync();
        var spec = bench.Spec() with { KernelPath = "/etc/passwd" };

        var error = await Assert.ThrowsAnyAsync<MayflyException>(() => bench.Hypervisor.StartAsync(spec, warden, default));

        Assert.Equal(ErrorCode.KernelUnreadable, error.Code);
    }

    [Fact]
    public async Task MoreMemoryThanTheHostHasIsExplained()
    {
        await using var warden = await MachineBench.StartWardenAsync();
        var spec = bench.Spec() with { Memory = ByteSize.GiB(512 * 1024) };

        var error = await Assert.ThrowsAnyAsync<MayflyException>(() => bench.Hypervisor.StartAsync(spec, warden, default));

        Assert.Equal(ErrorCode.NotEnoughMemory, error.Code);
    }

    private static async Task AssertNothingIsLeftAsync(IMachine machine, Warden warden)
    {
        await machine.DisposeAsync();
        Assert.False(Directory.Exists($"/proc/{machine.ProcessId}"));
        Assert.False(Directory.Exists(warden.Directory));
    }
}
