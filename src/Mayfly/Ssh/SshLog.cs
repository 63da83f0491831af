using Microsoft.Extensions.Logging;

namespace Mayfly.Ssh;

/// <summary>What SSH logs. Ids 3100 to 3199.</summary>
internal static partial class SshLog
{
    [LoggerMessage(3100, LogLevel.Debug, "An SSH server answers at {Endpoint}: {Server}")]
    public static partial void ServerFound(ILogger logger, SshEndpoint endpoint, string server);

    [LoggerMessage(3101, LogLevel.Debug, "Session over SSH open at {Endpoint} as {User}; host key {Fingerprint}")]
    public static partial void SessionOpen(ILogger logger, SshEndpoint endpoint, string user, string fingerprint);
}
