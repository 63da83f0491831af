using Microsoft.Extensions.Logging;

namespace Mayfly.Hypervisors;

/// <summary>What is logged about boots. Events 230 to 239.</summary>
internal static partial class BootLog
{
    [LoggerMessage(230, LogLevel.Warning, "boot attempt {Number} of {Attempts} stalled for {LimitSeconds} s while waiting for {Phase}")]
    public static partial void Stalled(ILogger logger, int number, int attempts, double limitSeconds, string phase);

    [LoggerMessage(231, LogLevel.Debug, "booted at attempt {Number}, {ElapsedMs} ms after the first one began")]
    public static partial void Booted(ILogger logger, int number, long elapsedMs);
}
