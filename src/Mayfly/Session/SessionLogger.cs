using Microsoft.Extensions.Logging;

namespace Mayfly.Session;

/// <summary>What the session logs. Ids 3000 to 3099.</summary>
internal static partial class SessionLogger
{
    [LoggerMessage(3000, LogLevel.Debug, "Session open: {Software}, kernel {Kernel}, protocol {Version}, guest up for {UptimeMs} ms")]
    public static partial void SessionOpened(ILogger logger, string? software, string? kernel, int version, long? uptimeMs);

    [LoggerMessage(3002, LogLevel.Debug, "Session ended: {Reason}")]
    public static partial void SessionEnded(ILogger logger, string reason);

    [LoggerMessage(3003, LogLevel.Trace, "Channel {Channel} opened for {Request}")]
    public static partial void ChannelOpened(ILogger logger, uint channel, string request);

    [LoggerMessage(3004, LogLevel.Trace, "Channel {Channel} ended")]
    public static partial void ChannelEnded(ILogger logger, uint channel);
}
