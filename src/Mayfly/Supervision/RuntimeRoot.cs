using System.Text;
using Mayfly.Diagnostics;
using Mayfly.Native;

namespace Mayfly.Supervision;

/// <summary>
/// The private directory that holds what lives no longer than a login: <c>$XDG_RUNTIME_DIR/mayfly</c>, or
/// <c>/tmp/mayfly-UID</c> where that is absent, somebody else's or too long for the sockets below it.
/// </summary>
internal static class RuntimeRoot
{
    /// <summary>Room that a socket's path below a root must have: a sandbox's id, a socket's name and their slashes.</summary>
    public const int MaxRelativeBytes = 48;

    /// <summary>sun_path of a Unix socket, its closing zero included.</summary>
    private const int MaxSocketPathBytes = 108;

    private const string SessionName = "mayfly";
    private const string TemporaryDirectory = "/tmp";

    private static string? SessionDirectory => Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");

    /// <summary>Its path, whether or not it exists yet.</summary>
    public static string Locate() => Choose(SessionDirectory, TemporaryDirectory);

    /// <summary>Every such directory of this user that exists: environments differ, and with them the choice.</summary>
    public static IReadOnlyList<string> Existing() => Existing(SessionDirectory, TemporaryDirectory);

    internal static IReadOnlyList<string> Existing(string? sessionDirectory, string temporaryDirectory)
    {
        string?[] candidates =
        [
            Path.IsPathFullyQualified(sessionDirectory ?? "") ? Path.Combine(sessionDirectory!, SessionName) : null,
            TemporaryRoot(temporaryDirectory),
        ];
        return [.. candidates.OfType<string>().Where(path =>
            FileStatus.TryRead(path) is { IsDirectory: true } status && status.OwnerId == FileStatus.EffectiveUserId)];
    }

    /// <summary>Makes the directory where need be and checks that nobody else can reach into it.</summary>
    /// <exception cref="SandboxConfigurationException">It is not a directory of our own, or can't be made.</exception>
    public static string Open() => Open(SessionDirectory, TemporaryDirectory);

    internal static string Open(string? sessionDirectory, string temporaryDirectory)
    {
        var path = Choose(sessionDirectory, temporaryDirectory);
        try
        {
            _ = NewDirectory.TryCreatePrivate(path);
        }
        catch (IOException e)
        {
            throw new SandboxConfigurationException(
                ErrorCode.RuntimeDirectoryUnsafe,
                $"the runtime directory {path} can't be made: {e.InnerException?.Message ?? e.Message}. Make its parent writable, or set XDG_RUNTIME_DIR to a directory of your own.",
                e);
        }

        if (Objection(path) is { } objection)
        {
            throw new SandboxConfigurationException(
                ErrorCode.RuntimeDirectoryUnsafe,
                $"the runtime directory {path} {objection}, so others could reach into sandboxes. Remove it, or set XDG_RUNTIME_DIR to a directory of your own.");
        }

        return path;
    }

    private static string Choose(string? sessionDirectory, string temporaryDirectory)
    {
        if (!string.IsNullOrEmpty(sessionDirectory)
            && Path.IsPathFullyQualified(sessionDirectory)
            && FileStatus.TryRead(sessionDirectory) is { IsDirectory: true } status
            && status.OwnerId == FileStatus.EffectiveUserId)
        {
            var path = Path.Combine(sessionDirectory, SessionName);
            if (Encoding.UTF8.GetByteCount(path) + MaxRelativeBytes < MaxSocketPathBytes)
            {
                return path;
            }
        }

        return TemporaryRoot(temporaryDirectory);
    }

    private static string TemporaryRoot(string temporaryDirectory) => Path.Combine(temporaryDirectory, $"mayfly-{FileStatus.EffectiveUserId}");

    private static string? Objection(string path) => FileStatus.TryRead(path) switch
    {
        null => "has vanished",
        { IsDirectory: false } => "is not a directory",
        { OwnerId: var owner } when owner != FileStatus.EffectiveUserId => $"belongs to user {owner}",
        { IsWritableByOthers: true } => "is writable by others",
        _ => null,
    };
}
