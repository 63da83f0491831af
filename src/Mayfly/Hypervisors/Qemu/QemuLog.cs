using Microsoft.Extensions.Logging;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>What is logged about QEMU. Events 200 to 219.</summary>
internal static partial class QemuLog
{
    [LoggerMessage(200, LogLevel.Debug, "using {Path}, QEMU {Version}")]
    public static partial void Located(ILogger logger, string path, Version version);

    [LoggerMessage(201, LogLevel.Debug, "guest's time stamp counter: {Khz} kHz, from {Source}")]
    public static partial void TscKnown(ILogger logger, long khz, string source);

    [LoggerMessage(202, LogLevel.Warning, "the rate of the host's time stamp counter can't be found out, so boots under emulation may stall and be repeated")]
    public static partial void TscUnknown(ILogger logger);

    [LoggerMessage(203, LogLevel.Debug, "machine {Id} runs as process {ProcessId}: {CommandLine}")]
    public static partial void Started(ILogger logger, string id, int processId, string commandLine);

    [LoggerMessage(204, LogLevel.Debug, "machine {Id} ended ({Cause}): {Message}")]
    public static partial void Ended(ILogger logger, string id, SandboxEndCause cause, string message);
}
