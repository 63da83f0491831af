using Mayfly.Images.Cache;
using Mayfly.Ssh;
using Mayfly.Transports.Vsock.VhostUser.Messages;
using Microsoft.Extensions.Logging;

namespace Mayfly;

/// <summary>
/// Everything the library logs, by event id: sandboxes 100, QEMU 200, accelerators 220, boots 230, vsock devices 240, transports 300,
/// the session 3000, forwards 3100, SSH 3200, images 5000, templates 5100. In one class, because the generator writes several in an order by
/// chance, and two builds of the same sources are to be the same.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Debug, "Sandbox {Id}: starting with {Memory}, {Cpus} processor(s), kernel {KernelPath}, initramfs {InitramfsPath}")]
    public static partial void SandboxStarting(ILogger logger, string id, ByteSize memory, int cpus, string kernelPath, string initramfsPath);

    [LoggerMessage(101, LogLevel.Information, "Sandbox {Id}: up after {ElapsedMs} ms, {Hypervisor}, {Accelerator} ({Reason})")]
    public static partial void SandboxStarted(ILogger logger, string id, long elapsedMs, string hypervisor, Acceleration accelerator, string reason);

    [LoggerMessage(102, LogLevel.Warning, "Sandbox {Id}: machine killed: {Why}")]
    public static partial void SandboxMachineKilled(ILogger logger, string id, string why);

    [LoggerMessage(103, LogLevel.Warning, "Sandbox {Id}: the guest reports: {Warning}")]
    public static partial void SandboxGuestWarning(ILogger logger, string id, string warning);

    [LoggerMessage(105, LogLevel.Warning, "Sandbox {Id}: a limit that was asked for does not hold here: {Limit}")]
    public static partial void SandboxLimitMissing(ILogger logger, string id, string limit);

    [LoggerMessage(104, LogLevel.Error, "Sandbox {Id}: something could not be released after the start had failed")]
    public static partial void SandboxReleaseFailed(ILogger logger, string id, Exception exception);

    [LoggerMessage(200, LogLevel.Debug, "using {Path}, QEMU {Version}")]
    public static partial void QemuLocated(ILogger logger, string path, Version version);

    [LoggerMessage(201, LogLevel.Debug, "guest's time stamp counter: {Khz} kHz, from {Source}")]
    public static partial void QemuTscKnown(ILogger logger, long khz, string source);

    [LoggerMessage(202, LogLevel.Warning, "the rate of the host's time stamp counter can't be found out, so boots under emulation may stall and be repeated")]
    public static partial void QemuTscUnknown(ILogger logger);

    [LoggerMessage(203, LogLevel.Debug, "machine {Id} runs as process {ProcessId}: {CommandLine}")]
    public static partial void QemuStarted(ILogger logger, string id, int processId, string commandLine);

    [LoggerMessage(204, LogLevel.Debug, "machine {Id} ended ({Cause}): {Message}")]
    public static partial void QemuEnded(ILogger logger, string id, SandboxEndCause cause, string message);

    [LoggerMessage(220, LogLevel.Information, "using {Accelerator}: {Reason}")]
    public static partial void AccelerationChosen(ILogger logger, Acceleration accelerator, string reason);

    [LoggerMessage(221, LogLevel.Debug, "probed KVM in {DurationMs} ms: usable {Usable}, {Reason}")]
    public static partial void AccelerationProbed(ILogger logger, long durationMs, bool usable, string reason);

    [LoggerMessage(230, LogLevel.Warning, "boot attempt {Number} of {Attempts} stalled for {LimitSeconds} s while waiting for {Phase}")]
    public static partial void BootStalled(ILogger logger, int number, int attempts, double limitSeconds, string phase);

    [LoggerMessage(231, LogLevel.Debug, "booted at attempt {Number}, {ElapsedMs} ms after the first one began")]
    public static partial void BootBooted(ILogger logger, int number, long elapsedMs);

    [LoggerMessage(240, LogLevel.Debug, "vsock device: the monitor has connected")]
    public static partial void VsockConnected(ILogger logger);

    [LoggerMessage(241, LogLevel.Trace, "vsock device: {Request}")]
    public static partial void VsockMessage(ILogger logger, VhostUserRequest request);

    [LoggerMessage(242, LogLevel.Debug, "vsock device: ended: {Reason}")]
    public static partial void VsockEnded(ILogger logger, string reason);

    [LoggerMessage(243, LogLevel.Warning, "vsock device: stopped, because {Reason}")]
    public static partial void VsockBroken(ILogger logger, string reason);

    [LoggerMessage(244, LogLevel.Error, "vsock device: stopped by an error of its own")]
    public static partial void VsockFailed(ILogger logger, Exception exception);

    [LoggerMessage(300, LogLevel.Information, "reaching the guest over {Transport}: {Reason}")]
    public static partial void TransportChosen(ILogger logger, string transport, string reason);

    [LoggerMessage(3000, LogLevel.Debug, "Session open: {Software}, kernel {Kernel}, protocol {Version}, guest up for {UptimeMs} ms")]
    public static partial void SessionOpened(ILogger logger, string? software, string? kernel, int version, long? uptimeMs);

    [LoggerMessage(3002, LogLevel.Debug, "Session ended: {Reason}")]
    public static partial void SessionEnded(ILogger logger, string reason);

    [LoggerMessage(3003, LogLevel.Trace, "Channel {Channel} opened for {Request}")]
    public static partial void ChannelOpened(ILogger logger, uint channel, string request);

    [LoggerMessage(3004, LogLevel.Trace, "Channel {Channel} ended")]
    public static partial void ChannelEnded(ILogger logger, uint channel);

    [LoggerMessage(3100, LogLevel.Debug, "Forward {Name}: open")]
    public static partial void ForwardOpened(ILogger logger, string name);

    [LoggerMessage(3101, LogLevel.Warning, "Forward {Name}: a connection was closed at once: {Reason}")]
    public static partial void ForwardNotReached(ILogger logger, string name, string reason);

    [LoggerMessage(3102, LogLevel.Debug, "Forward {Name}: a connection was reset: {Reason}")]
    public static partial void ForwardReset(ILogger logger, string name, string reason);

    [LoggerMessage(3103, LogLevel.Warning, "Forward {Name}: no connection can be accepted at present: {Reason}")]
    public static partial void ForwardAcceptFailed(ILogger logger, string name, string reason);

    [LoggerMessage(3104, LogLevel.Debug, "Forward {Name}: ended, {Reason}")]
    public static partial void ForwardEnded(ILogger logger, string name, string reason);

    [LoggerMessage(3200, LogLevel.Debug, "An SSH server answers at {Endpoint}: {Server}")]
    public static partial void SshServerFound(ILogger logger, SshEndpoint endpoint, string server);

    [LoggerMessage(3201, LogLevel.Debug, "Session over SSH open at {Endpoint} as {User}; host key {Fingerprint}")]
    public static partial void SshSessionOpen(ILogger logger, SshEndpoint endpoint, string user, string fingerprint);

    [LoggerMessage(5001, LogLevel.Debug, "Image {Digest}: kernel {Kernel}, initramfs {Initramfs}")]
    public static partial void ImageFound(ILogger logger, string digest, string kernel, string initramfs);

    [LoggerMessage(5002, LogLevel.Warning, "Cache entry {Path} is damaged and will be made again: {Damage}")]
    public static partial void ImageEntryDamaged(ILogger logger, string path, string damage);

    [LoggerMessage(5003, LogLevel.Information, "Made cache entry {Key} in {Path}")]
    public static partial void ImageEntryMade(ILogger logger, CacheKey key, string path);

    [LoggerMessage(5004, LogLevel.Information, "{Activity}")]
    public static partial void ImageActivity(ILogger logger, string activity);

    [LoggerMessage(5005, LogLevel.Debug, "Kernel module {Module} is not in {Package}; left out")]
    public static partial void ImageModuleAbsent(ILogger logger, string module, string package);

    [LoggerMessage(5101, LogLevel.Warning, "Template {Path} is damaged and will be made again: {Damage}")]
    public static partial void TemplateDamaged(ILogger logger, string path, string damage);

    [LoggerMessage(5102, LogLevel.Information, "Made template {Key} in {Path}")]
    public static partial void TemplateMade(ILogger logger, CacheKey key, string path);

    [LoggerMessage(5103, LogLevel.Information, "Removed template {Path} ({Bytes} bytes): {Reason}")]
    public static partial void TemplateEvicted(ILogger logger, string path, long bytes, string reason);

    [LoggerMessage(5104, LogLevel.Information, "Waiting for another process that makes template {Key}")]
    public static partial void TemplateWaiting(ILogger logger, CacheKey key);

    [LoggerMessage(5105, LogLevel.Warning, "Discarded template {Path}")]
    public static partial void TemplateDiscarded(ILogger logger, string path);

    [LoggerMessage(5106, LogLevel.Warning, "Templates could not be evicted: {Reason}")]
    public static partial void TemplateNotEvicted(ILogger logger, string reason);

    [LoggerMessage(5107, LogLevel.Warning, "Template {Path} could not be restored: {Reason}")]
    public static partial void TemplateNotRestored(ILogger logger, string path, string reason);

    [LoggerMessage(5108, LogLevel.Warning, "Booting without a template: {Reason}")]
    public static partial void TemplateDoneWithout(ILogger logger, string reason);
}
