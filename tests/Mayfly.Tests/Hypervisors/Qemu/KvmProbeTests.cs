using Mayfly.Hypervisors.Qemu;
using Xunit.Abstractions;

namespace Mayfly.Tests.Hypervisors.Qemu;

[Trait("Category", "MicroVM")]
public sealed class KvmProbeTests(MachineBench bench, ITestOutputHelper output) : IClassFixture<MachineBench>
{
    [Fact]
    public async Task AProbeOfThisHostGivesAVerdictInTimeAndLeavesNothing()
    {
        var probe = new KvmProbe(bench.Hypervisor, KvmProbe.DefaultDevicePath, TimeProvider.System);
        if (probe.Objection() is { } objection)
        {
            output.WriteLine(objection);
            return;
        }

        var verdict = await probe.RunAsync(bench.KernelPath, default).WaitAsync(MachineBench.Deadline);

        output.WriteLine(verdict.ToString());
        Assert.NotEmpty(verdict.Reason);
        Assert.DoesNotContain(
            Directory.GetDirectories(Mayfly.Supervision.RuntimeRoot.Open()),
            directory => Path.GetFileName(directory).StartsWith("kvm-", StringComparison.Ordinal));
    }
}
