using Microsoft.Extensions.Logging;

namespace Mayfly.Transports;

/// <summary>What is logged about the way in. Events 300 to 309.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(300, LogLevel.Information, "reaching the guest over {Transport}: {Reason}")]
    public static partial void Chosen(ILogger logger, string transport, string reason);
}
