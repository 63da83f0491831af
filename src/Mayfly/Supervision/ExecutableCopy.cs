using System.Collections.Concurrent;
using System.Security.Cryptography;
using Mayfly.Diagnostics;
using Mayfly.Images.Cache;
using Mayfly.Native;

namespace Mayfly.Supervision;

/// <summary>
/// A program that can be started, of one that perhaps can't: NuGet unpacks files without the right to execute them, and folders of
/// packages may be mounted without it, or read-only. The copy is in the cache, which belongs to the user alone.
/// </summary>
internal static class ExecutableCopy
{
    private const string Kind = "agents";
    private const int NameLength = 32;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly TimeSpan _debrisAge = TimeSpan.FromHours(1);
    private static readonly TimeSpan _keptFor = TimeSpan.FromDays(30);
    private static readonly ConcurrentDictionary<FileIdentity, string> _known = new();

    /// <summary>The program's path where it may be executed, else that of a copy with the same content which may.</summary>
    /// <exception cref="SandboxImageException">The copy can't be written (MAY5004).</exception>
    /// <exception cref="SandboxConfigurationException">Not even the copy may be executed (MAY1006).</exception>
    public static string Of(string path)
    {
        if (ExecuteAccess.IsGranted(path) || FileIdentity.Of(path) is not { } identity)
        {
            return path;
        }

        if (_known.TryGetValue(identity, out var known) && ExecuteAccess.IsGranted(known))
        {
            return known;
        }

        var copy = Of(path, CacheDirectory.Open());
        _known[identity] = copy;
        return copy;
    }

    /// <summary>The same, with the cache to copy it to.</summary>
    internal static string Of(string path, CacheDirectory cache)
    {
        try
        {
            var content = File.ReadAllBytes(path);
            var digest = SHA256.HashData(content);
            var folder = Path.Combine(cache.Path, Kind, Convert.ToHexStringLower(digest)[..NameLength]);
            var copy = Path.Combine(folder, Path.GetFileName(path));
            if (!IsWhole(copy, digest))
            {
                Make(folder, copy, content);
            }

            CacheEntries.Touch(folder, TimeProvider.System.GetUtcNow());
            return ExecuteAccess.IsGranted(copy)
                ? copy
                : throw new SandboxConfigurationException(
                    ErrorCode.AgentMissing,
                    $"the native agent {path} may not be executed, nor may its copy {copy}. Set MAYFLY_CACHE to a folder on a file system that is not mounted noexec.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CacheFailure.Unwritable(cache.Path, exception, "a copy of the native agent needs about 5 MB");
        }
    }

    /// <summary>Whether a copy is a file of ours that nobody else can write, with the content it is called by.</summary>
    private static bool IsWhole(string copy, ReadOnlySpan<byte> digest)
    {
        if (FileStatus.TryRead(copy) is not { IsOrdinaryFile: true, IsWritableByOthers: false } status || status.OwnerId != FileStatus.EffectiveUserId)
        {
            return false;
        }

        using var file = new FileStream(copy, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return SHA256.HashData(file).AsSpan().SequenceEqual(digest) && ExecuteAccess.IsGranted(copy);
    }

    /// <summary>Whoever else makes the same at the same time makes the same: the last one's stays, and a running one stays whole.</summary>
    private static void Make(string folder, string copy, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(folder, CacheDirectory.Private);
        RemoveOld(new DirectoryInfo(folder));

        var draft = Path.Combine(folder, Path.GetRandomFileName());
        try
        {
            using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Mode }))
            {
                // Not less where the user's mask takes something away.
                File.SetUnixFileMode(file.SafeFileHandle, Mode);
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, copy, overwrite: true);
            Libc.FlushDirectory(folder);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Removes what killed makers have left, and copies of agents that nobody has used for long.</summary>
    private static void RemoveOld(DirectoryInfo folder)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        foreach (var draft in folder.EnumerateFiles().Where(file => file.LastWriteTimeUtc < now - _debrisAge && file.Name != AgentBinary.FileName))
        {
            CacheDirectory.Remove(draft);
        }

        foreach (var other in folder.Parent!.EnumerateDirectories().Where(other => other.Name != folder.Name && other.LastWriteTimeUtc < now - _keptFor))
        {
            CacheDirectory.Remove(other);
        }
    }
}
