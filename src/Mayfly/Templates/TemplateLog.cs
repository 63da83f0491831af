using Mayfly.Images.Cache;
using Microsoft.Extensions.Logging;

namespace Mayfly.Templates;

/// <summary>What the store of templates logs.</summary>
internal static partial class TemplateLog
{
    [LoggerMessage(5101, LogLevel.Warning, "Template {Path} is damaged and will be made again: {Damage}")]
    public static partial void Damaged(ILogger logger, string path, string damage);

    [LoggerMessage(5102, LogLevel.Information, "Made template {Key} in {Path}")]
    public static partial void Made(ILogger logger, CacheKey key, string path);

    [LoggerMessage(5103, LogLevel.Information, "Removed template {Path} ({Bytes} bytes): {Reason}")]
    public static partial void Evicted(ILogger logger, string path, long bytes, string reason);

    [LoggerMessage(5104, LogLevel.Information, "Waiting for another process that makes template {Key}")]
    public static partial void Waiting(ILogger logger, CacheKey key);

    [LoggerMessage(5105, LogLevel.Warning, "Discarded template {Path}")]
    public static partial void Discarded(ILogger logger, string path);

    [LoggerMessage(5106, LogLevel.Warning, "Templates could not be evicted: {Reason}")]
    public static partial void NotEvicted(ILogger logger, string reason);

    [LoggerMessage(5107, LogLevel.Warning, "Template {Path} could not be restored: {Reason}")]
    public static partial void NotRestored(ILogger logger, string path, string reason);

    [LoggerMessage(5108, LogLevel.Warning, "Booting without a template: {Reason}")]
    public static partial void DoneWithout(ILogger logger, string reason);
}
