using Microsoft.Extensions.Logging;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>What is logged about the choice of an accelerator. Events 220 to 229.</summary>
internal static partial class AccelerationLog
{
    [LoggerMessage(220, LogLevel.Information, "using {Accelerator}: {Reason}")]
    public static partial void Chosen(ILogger logger, Acceleration accelerator, string reason);

    [LoggerMessage(221, LogLevel.Debug, "probed KVM in {DurationMs} ms: usable {Usable}, {Reason}")]
    public static partial void Probed(ILogger logger, long durationMs, bool usable, string reason);
}
