using Mayfly.Diagnostics;

namespace Mayfly.Images.Cache;

/// <summary>Tells failures of the cache folder itself from all others.</summary>
internal static class CacheFailure
{
    /// <summary>The errno of a full disk; .NET hands on the raw number in HResult.</summary>
    public const int NoSpace = 28;

    private const int AccessDenied = 13;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaExceeded = 122;

    /// <summary>Whether the folder can't be written or its disk is full.</summary>
    public static bool IsOne(Exception exception)
        => exception is UnauthorizedAccessException
            or IOException { HResult: NoSpace or AccessDenied or ReadOnlyFileSystem or QuotaExceeded };

    /// <summary>The error for people.</summary>
    /// <param name="path">The cache folder.</param>
    /// <param name="cause">What happened.</param>
    /// <param name="need">The room that is needed.</param>
    public static SandboxImageException Unwritable(string path, Exception cause, string need = "an image needs about 120 MB of room")
    {
        var full = cause is IOException { HResult: NoSpace or QuotaExceeded };
        return new SandboxImageException(
            ErrorCode.CacheUnwritable,
            full
                ? $"the disk of the cache folder {path} is full ({cause.Message}); {need}: "
                    + "free some space, or set MAYFLY_CACHE to a folder that has it"
                : $"the cache folder {path} can't be written ({cause.Message}); mend its permissions, or set MAYFLY_CACHE to a "
                    + "folder that you can write",
            cause);
    }
}
