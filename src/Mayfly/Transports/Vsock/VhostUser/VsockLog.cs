using Microsoft.Extensions.Logging;

namespace Mayfly.Transports.Vsock.VhostUser;

/// <summary>What is logged about vsock devices. Events 240 to 249.</summary>
internal static partial class VsockLog
{
    [LoggerMessage(240, LogLevel.Debug, "vsock device: the monitor has connected")]
    public static partial void Connected(ILogger logger);

    [LoggerMessage(241, LogLevel.Trace, "vsock device: {Request}")]
    public static partial void Message(ILogger logger, Messages.VhostUserRequest request);

    [LoggerMessage(242, LogLevel.Debug, "vsock device: ended: {Reason}")]
    public static partial void Ended(ILogger logger, string reason);

    [LoggerMessage(243, LogLevel.Warning, "vsock device: stopped, because {Reason}")]
    public static partial void Broken(ILogger logger, string reason);

    [LoggerMessage(244, LogLevel.Error, "vsock device: stopped by an error of its own")]
    public static partial void Failed(ILogger logger, Exception exception);
}
