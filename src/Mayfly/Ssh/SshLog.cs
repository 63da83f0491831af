using Microsoft.Extensions.Logging;

namespace Mayfly.Ssh;

/// <summary>What SSH logs. Ids 3200 to 3299.</summary>
internal static partial class SshLog
{
    [LoggerMessage(3200, LogLevel.Debug, "An SSH server answers at {Endpoint}: {Server}")]
    public static partial void ServerFound(ILogger logger, SshEndpoint endpoint, string server);

    [LoggerMessage(3201, LogLevel.Debug, "Session over SSH open at {Endpoint} as {User}; host key {Fingerprint}")]
    public static partial void SessionOpen(ILogger logger, SshEndpoint endpoint, string user, string fingerprint);
}
