using System.Collections.Concurrent;
using System.Security.Cryptography;
using Mayfly.Diagnostics;

namespace Mayfly.MSBuild.Outputs;

/// <summary>
/// A private folder in which outputs wait until all of them are there. It is on the same file system as the project's
/// own, so that a rename puts them in place. A held lock file beside it tells that it is in use; what a killed build
/// left behind is removed by the next one, which also puts back files that were about to be replaced.
/// </summary>
internal sealed class StagingArea : IDisposable
{
    private const string Prefix = "run-";
    private const string LockSuffix = ".lock";
    private const int Attempts = 5;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OthersRead =
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>
    /// By their locks' paths: not every file system has locks, nor every process (<c>System.IO.DisableFileLocking</c>), and then the units of
    /// one step would take each other's areas for abandoned.
    /// </summary>
    private static readonly ConcurrentDictionary<string, bool> _own = new(StringComparer.Ordinal);

    private readonly FileStream _lock;
    private readonly string _directory;

    private readonly AllowedRoots _roots;

    private StagingArea(string directory, FileStream lockFile, AllowedRoots roots)
    {
        _directory = directory;
        _roots = roots;
        _lock = lockFile;
    }

    /// <summary>An empty folder, pushed where the guest needs one.</summary>
    public string EmptyDirectory => System.IO.Path.Combine(_directory, "empty");

    /// <summary>The area itself.</summary>
    public string Path => _directory;

    /// <summary>Makes an area in a folder, which is made if missing, after <see cref="Recover"/>.</summary>
    /// <exception cref="SandboxConfigurationException">MAY3014: the folder can't be written.</exception>
    public static StagingArea Create(string parent, AllowedRoots roots)
    {
        Recover(parent, roots);
        try
        {
            Directory.CreateDirectory(parent);
            for (var attempt = 1; ; attempt++)
            {
                var directory = System.IO.Path.Combine(parent, Prefix + RandomNumberGenerator.GetHexString(16, lowercase: true));
                if (TryMake(directory, roots, last: attempt == Attempts) is { } area)
                {
                    return area;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(parent, exception);
        }
    }

    /// <summary>
    /// Removes areas that nobody uses any more. Where a build was killed while it put files in place, they are put back as they were first. To
    /// be called before anybody looks at outputs.
    /// </summary>
    /// <returns>What could not be put back because it is in none of the build's folders, as sentences with a remedy.</returns>
    /// <exception cref="SandboxConfigurationException">MAY3014: the folder or an output can't be written.</exception>
    public static IReadOnlyList<string> Recover(string parent, AllowedRoots roots)
    {
        var left = new List<string>();
        if (!Directory.Exists(parent))
        {
            return left;
        }

        try
        {
            foreach (var path in Directory.EnumerateFiles(parent, $"{Prefix}*{LockSuffix}").Where(path => !_own.ContainsKey(System.IO.Path.GetFullPath(path))))
            {
                using var held = TryLock(path, FileMode.Open, last: false);
                if (held is not null)
                {
                    var directory = path[..^LockSuffix.Length];
                    if (Undo(directory, roots) is [var first, ..])
                    {
                        left.Add($"a build was killed while it put outputs in place, '{first}' among them, and this one, which has other output folders, can't put back what was there before. Repeat that build with the same folders, which does, or remove '{directory}' with its .lock, where the old files wait, if nobody needs them.");
                    }
                    else
                    {
                        TryRemove(directory, roots, held);
                    }
                }
            }

            return left;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(parent, exception);
        }
    }

    /// <summary>Where the output of that number is put.</summary>
    public string PathOf(int index) => System.IO.Path.Combine(_directory, $"{index}");

    /// <summary>
    /// Removes the area, unless files in it are still needed to put others back: then the next build does both, as it does where the area can't
    /// be removed now, which is no reason for this one to fail.
    /// </summary>
    public void Dispose()
    {
        try
        {
            using (_lock)
            {
                if (!PublicationJournal.IsIn(_directory))
                {
                    TryRemove(_directory, _roots, _lock);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Its lock is no longer held, by which the next build knows it.
        }
        finally
        {
            _own.TryRemove(_lock.Name, out _);
        }
    }

    private static StagingArea? TryMake(string directory, AllowedRoots roots, bool last)
    {
        var path = System.IO.Path.GetFullPath(directory + LockSuffix);
        _own.TryAdd(path, true);
        StagingArea? area = null;
        try
        {
            if (TryLock(path, FileMode.CreateNew, last) is { } held)
            {
                area = new StagingArea(directory, held, roots);
                MakePrivate(directory);
                Make(area.EmptyDirectory, OwnerOnly | OthersRead);
            }

            return area;
        }
        catch
        {
            area?.Dispose();
            throw;
        }
        finally
        {
            if (area is null)
            {
                _own.TryRemove(path, out _);
            }
        }
    }

    /// <summary>What waits on other file systems goes first; where that is not this build's to remove, the area stays, which tells of it.</summary>
    private static void TryRemove(string directory, AllowedRoots roots, FileStream held)
    {
        if (AsideFolders.Remove(directory, roots).Count > 0)
        {
            return;
        }

        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        File.Delete(held.Name);
    }

    /// <summary>
    /// Null where somebody else holds it: another build that uses the area, or one that looks for abandoned ones and came between the making
    /// of this file and its locking.
    /// </summary>
    private static FileStream? TryLock(string path, FileMode mode, bool last)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (!last)
        {
            return null;
        }
    }

    private static IReadOnlyList<string> Undo(string directory, AllowedRoots roots)
    {
        try
        {
            return PublicationJournal.Find(directory)?.Undo(roots) ?? [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SandboxConfigurationException(
                ErrorCode.HostWriteFailed,
                $"a build was killed while it put outputs in place, and the files that were there before, which wait in '{directory}', can't be put back: {exception.Message} Remove what is in the way and build again, or remove that folder with its .lock if nobody needs them.",
                exception);
        }
    }

    private static SandboxConfigurationException Unwritable(string parent, Exception exception) => new(
        ErrorCode.HostWriteFailed, $"the folder '{parent}', in which outputs are collected, can't be written: {exception.Message} Make it writable. For steps and tests it is in $(IntermediateOutputPath); a call of the task can name another as StagingDirectory.", exception);

    /// <summary>Makes a folder for nobody else.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    public static void MakePrivate(string directory) => Make(directory, OwnerOnly);

#pragma warning disable CA1416 // The library builds machines on Linux; a host without modes can't reach this.
    private static void Make(string directory, UnixFileMode mode) => Directory.CreateDirectory(directory, mode);
#pragma warning restore CA1416
}
