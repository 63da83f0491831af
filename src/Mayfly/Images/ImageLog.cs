using Mayfly.Images.Cache;
using Microsoft.Extensions.Logging;

namespace Mayfly.Images;

/// <summary>What the making of images logs.</summary>
internal static partial class ImageLog
{
    [LoggerMessage(5001, LogLevel.Debug, "Image {Digest}: kernel {Kernel}, initramfs {Initramfs}")]
    public static partial void ImageFound(ILogger logger, string digest, string kernel, string initramfs);

    [LoggerMessage(5002, LogLevel.Warning, "Cache entry {Path} is damaged and will be made again: {Damage}")]
    public static partial void EntryDamaged(ILogger logger, string path, string damage);

    [LoggerMessage(5003, LogLevel.Information, "Made cache entry {Key} in {Path}")]
    public static partial void EntryMade(ILogger logger, CacheKey key, string path);

    [LoggerMessage(5004, LogLevel.Information, "{Activity}")]
    public static partial void Activity(ILogger logger, string activity);

    [LoggerMessage(5005, LogLevel.Debug, "Kernel module {Module} is not in {Package}; left out")]
    public static partial void ModuleAbsent(ILogger logger, string module, string package);
}
