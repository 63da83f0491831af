using Mayfly.Diagnostics;
using Mayfly.Supervision;

namespace Mayfly.Images.Cache;

/// <summary>The user's folder of images that took time to make. Private to the user, since guests boot what lies in it.</summary>
internal sealed class CacheDirectory
{
    /// <summary>The mode of its folders.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private CacheDirectory(string path) => (Path, Temporary) = (path, TemporaryBelow(path));

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>The folder of work in progress; whatever lies in it while nobody holds the lock is debris.</summary>
    public string Temporary { get; private init; }

    /// <summary><c>MAYFLY_CACHE</c>, else <c>$XDG_CACHE_HOME/mayfly</c>, else <c>~/.cache/mayfly</c>; made where absent.</summary>
    /// <exception cref="SandboxImageException">It can't be made or is not the user's own.</exception>
    public static CacheDirectory Open() => Open(Locate(Environment.GetEnvironmentVariable));

    /// <summary>The folder at <paramref name="path"/>; made with mode 0700 where absent.</summary>
    /// <exception cref="SandboxImageException">It can't be made or is not the user's own.</exception>
    public static CacheDirectory Open(string path)
    {
        var cache = new CacheDirectory(System.IO.Path.GetFullPath(path));
        try
        {
            Directory.CreateDirectory(cache.Path, Private);
            Directory.CreateDirectory(cache.Temporary, Private);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CacheFailure.Unwritable(cache.Path, exception);
        }

        var identity = FileIdentity.Of(cache.Path)
            ?? throw CacheFailure.Unwritable(cache.Path, new DirectoryNotFoundException("it vanished"));
        if (identity.Owner != Libc.EffectiveUser() || (File.GetUnixFileMode(cache.Path) & WritableByOthers) != 0)
        {
            throw new SandboxImageException(
                ErrorCode.CacheUnwritable,
                $"the cache folder {cache.Path} {(identity.Owner == Libc.EffectiveUser() ? "can be written by others" : "belongs to another user")}, and sandboxes boot what "
                + $"lies in it; run `{(identity.Owner == Libc.EffectiveUser() ? "chmod go-w" : "chown -R \"$(id -u)\"")} {cache.Path}`, or set MAYFLY_CACHE to a folder of your own");
        }

        return cache;
    }

    /// <summary>Where the folder is, by the given environment.</summary>
    internal static string Locate(Func<string, string?> environment)
    {
        if (environment("MAYFLY_CACHE") is { Length: > 0 } chosen)
        {
            return chosen;
        }

        // The XDG specification has relative paths ignored.
        if (environment("XDG_CACHE_HOME") is { Length: > 0 } xdg && System.IO.Path.IsPathRooted(xdg))
        {
            return System.IO.Path.Combine(xdg, "mayfly");
        }

        return environment("HOME") is { Length: > 0 } home
            ? System.IO.Path.Combine(home, ".cache", "mayfly")
            : throw new SandboxImageException(
                ErrorCode.CacheUnwritable,
                "there is no place for the image cache: neither MAYFLY_CACHE nor XDG_CACHE_HOME nor HOME is set; set MAYFLY_CACHE");
    }

    /// <summary>The folder of work in progress of the cache at <paramref name="path"/>, whether or not there is one.</summary>
    internal static string TemporaryBelow(string path) => System.IO.Path.Combine(path, "tmp");

    /// <summary>Where kernels are compiled in the cache at <paramref name="path"/>: a cache of its own for lock and work in progress.</summary>
    internal static string WorkshopBelow(string path) => System.IO.Path.Combine(path, "kernel-build");

    /// <summary>
    /// The same cache with a folder of work in progress of this builder's own, which goes with the returned keeper: when the
    /// builder is done, and when it is killed. Only under the lock.
    /// </summary>
    /// <exception cref="SandboxConfigurationException">The native agent is missing (MAY1006).</exception>
    public (CacheDirectory Cache, DirectoryKeeper Keeper) OpenWorkspace()
    {
        var workspace = System.IO.Path.Combine(Temporary, System.IO.Path.GetRandomFileName());
        var keeper = DirectoryKeeper.Start(workspace);
        Directory.CreateDirectory(workspace, Private);
        return (new CacheDirectory(Path) { Temporary = workspace }, keeper);
    }

    /// <summary>A new private folder for work in progress, on the same file system as the entries.</summary>
    public string CreateTemporary()
    {
        var path = System.IO.Path.Combine(Temporary, System.IO.Path.GetRandomFileName());
        Directory.CreateDirectory(path, Private);
        return path;
    }

    /// <summary>Replaces a small file in one step, so that nobody ever reads a half of it.</summary>
    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = System.IO.Path.Combine(Temporary, System.IO.Path.GetRandomFileName());
        using (var file = new FileStream(temporary, FileMode.CreateNew))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!, Private);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Removes what killed builders have left. Only under the lock.</summary>
    public void RemoveDebris()
    {
        foreach (var entry in new DirectoryInfo(Temporary).EnumerateFileSystemInfos())
        {
            Remove(entry);
        }
    }

    /// <summary>Takes an entry away in one step, then removes it. Only under the lock.</summary>
    public void Discard(string entry)
    {
        var rubbish = System.IO.Path.Combine(Temporary, System.IO.Path.GetRandomFileName());
        Directory.Move(entry, rubbish);
        Remove(new DirectoryInfo(rubbish));
    }

    /// <summary>Removes a folder or file of the cache, whatever it is, never following a link.</summary>
    public static void Remove(FileSystemInfo entry)
    {
        try
        {
            if (entry is DirectoryInfo directory && entry.LinkTarget is null)
            {
                directory.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Its builder was not dead yet and has removed it itself.
        }
    }
}
