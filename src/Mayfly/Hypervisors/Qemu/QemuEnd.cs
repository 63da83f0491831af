using Mayfly.Supervision;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>Tells from what was left behind why a machine ended.</summary>
internal static class QemuEnd
{
    /// <summary>How far back a panic's first line can be: the kernel prints registers and a trace after it.</summary>
    private const int PanicTailChars = 32 * 1024;

    /// <summary>Classifies an end that nobody on this side asked for.</summary>
    /// <param name="end">How QEMU ended.</param>
    /// <param name="shutdownReason">The reason in its SHUTDOWN event, such as <c>guest-reset</c>; null without one.</param>
    /// <param name="console">All of the guest's console that is kept.</param>
    /// <param name="standardError">The end of what QEMU wrote to standard error.</param>
    public static SandboxEnd Classify(WardenEnd end, string? shutdownReason, string console, string standardError)
    {
        if (end.Kind == WardenEndKind.Expired)
        {
            return new SandboxEnd(SandboxEndCause.Expired, "the sandbox's lifetime was over");
        }

        if (end.Kind == WardenEndKind.Removed)
        {
            return new SandboxEnd(SandboxEndCause.Removed, "somebody has removed the sandbox (mayfly rm)");
        }

        if (GuestPanic.FindLine(console[Math.Max(0, console.Length - PanicTailChars)..]) is { } panic)
        {
            return new SandboxEnd(SandboxEndCause.Panicked, $"the guest's kernel panicked: {panic}");
        }

        if (end is { Kind: WardenEndKind.Exited, Number: 0 } && shutdownReason is not null && shutdownReason.StartsWith("guest-", StringComparison.Ordinal))
        {
            return new SandboxEnd(
                SandboxEndCause.PoweredOff,
                shutdownReason == "guest-reset" ? "the guest restarted, which ends it" : "the guest powered off");
        }

        var asked = shutdownReason is null ? "" : $" after a shutdown for the reason {shutdownReason}";
        return new SandboxEnd(SandboxEndCause.MonitorFailed, ConsoleText.Append($"QEMU {end}{asked}", standardError, "It wrote"));
    }
}
