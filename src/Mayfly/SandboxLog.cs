using Microsoft.Extensions.Logging;

namespace Mayfly;

/// <summary>What a sandbox logs. Event ids 100 to 199.</summary>
internal static partial class SandboxLog
{
    [LoggerMessage(100, LogLevel.Debug, "Sandbox {Id}: starting with {Memory}, {Cpus} processor(s), kernel {KernelPath}, initramfs {InitramfsPath}")]
    public static partial void Starting(ILogger logger, string id, ByteSize memory, int cpus, string kernelPath, string initramfsPath);

    [LoggerMessage(101, LogLevel.Information, "Sandbox {Id}: up after {ElapsedMs} ms, {Hypervisor}, {Accelerator} ({Reason})")]
    public static partial void Started(ILogger logger, string id, long elapsedMs, string hypervisor, Acceleration accelerator, string reason);

    [LoggerMessage(102, LogLevel.Warning, "Sandbox {Id}: machine killed: {Why}")]
    public static partial void MachineKilled(ILogger logger, string id, string why);

    [LoggerMessage(103, LogLevel.Warning, "Sandbox {Id}: the guest reports: {Warning}")]
    public static partial void GuestWarning(ILogger logger, string id, string warning);

    [LoggerMessage(105, LogLevel.Warning, "Sandbox {Id}: a limit that was asked for does not hold here: {Limit}")]
    public static partial void LimitMissing(ILogger logger, string id, string limit);

    [LoggerMessage(104, LogLevel.Error, "Sandbox {Id}: something could not be released after the start had failed")]
    public static partial void ReleaseFailed(ILogger logger, string id, Exception exception);
}
