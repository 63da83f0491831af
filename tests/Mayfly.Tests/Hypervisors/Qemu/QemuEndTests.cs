using Mayfly.Hypervisors.Qemu;
using Mayfly.Supervision;

namespace Mayfly.Tests.Hypervisors.Qemu;

public sealed class QemuEndTests
{
    private static readonly WardenEnd _success = new(WardenEndKind.Exited, 0);

    [Theory]
    [InlineData("guest-reset", SandboxEndCause.PoweredOff)]
    [InlineData("guest-shutdown", SandboxEndCause.PoweredOff)]
    [InlineData("host-signal", SandboxEndCause.MonitorFailed)]
    [InlineData(null, SandboxEndCause.MonitorFailed)]
    public void TheReasonOfTheShutdownDecides(string? reason, SandboxEndCause cause) =>
        Assert.Equal(cause, QemuEnd.Classify(_success, reason, "", "").Cause);

    [Fact]
    public void APanicOnTheConsoleOutweighsTheResetThatFollowsIt() =>
        Assert.Equal(SandboxEndCause.Panicked, QemuEnd.Classify(_success, "guest-reset", "Kernel panic - not syncing: x\n", "").Cause);

    [Fact]
    public void AFailureCarriesQemusLastWords()
    {
        var end = QemuEnd.Classify(new WardenEnd(WardenEndKind.Signalled, 6), null, "", "failed to set MSR 0x48d\n");

        Assert.Equal(SandboxEndCause.MonitorFailed, end.Cause);
        Assert.Contains("signal 6", end.Message, StringComparison.Ordinal);
        Assert.Contains("failed to set MSR", end.Message, StringComparison.Ordinal);
    }
}
