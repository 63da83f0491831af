using Microsoft.Extensions.Logging;

namespace Mayfly.Forwarding;

/// <summary>What forwarding logs. Ids 3100 to 3119.</summary>
internal static partial class ForwardLog
{
    [LoggerMessage(3100, LogLevel.Debug, "Forward {Name}: open")]
    public static partial void Opened(ILogger logger, string name);

    [LoggerMessage(3101, LogLevel.Warning, "Forward {Name}: a connection was closed at once: {Reason}")]
    public static partial void NotReached(ILogger logger, string name, string reason);

    [LoggerMessage(3102, LogLevel.Debug, "Forward {Name}: a connection was reset: {Reason}")]
    public static partial void Reset(ILogger logger, string name, string reason);

    [LoggerMessage(3103, LogLevel.Warning, "Forward {Name}: no connection can be accepted at present: {Reason}")]
    public static partial void AcceptFailed(ILogger logger, string name, string reason);

    [LoggerMessage(3104, LogLevel.Debug, "Forward {Name}: ended, {Reason}")]
    public static partial void Ended(ILogger logger, string name, string reason);
}
