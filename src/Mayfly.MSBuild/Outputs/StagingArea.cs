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

    private readonly FileStream _lock;
    private readonly string _directory;

    private StagingArea(string directory, FileStream lockFile)
    {
        _directory = directory;
        _lock = lockFile;
        Make(directory, OwnerOnly);
        Make(EmptyDirectory, OwnerOnly | OthersRead);
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
                if (TryLock(directory + LockSuffix, FileMode.CreateNew, last: attempt == Attempts) is { } held)
                {
                    return new StagingArea(directory, held);
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
    /// <exception cref="SandboxConfigurationException">MAY3014: the folder or an output can't be written.</exception>
    public static void Recover(string parent, AllowedRoots roots)
    {
        if (!Directory.Exists(parent))
        {
            return;
        }

        try
        {
            foreach (var path in Directory.EnumerateFiles(parent, $"{Prefix}*{LockSuffix}"))
            {
                using var held = TryLock(path, FileMode.Open, last: false);
                if (held is not null)
                {
                    var directory = path[..^LockSuffix.Length];
                    PublicationJournal.Find(directory)?.Undo(roots);
                    Remove(directory, held);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(parent, exception);
        }
    }

    /// <summary>Where the output of that number is put.</summary>
    public string PathOf(int index) => System.IO.Path.Combine(_directory, $"{index}");

    /// <summary>Removes the area, unless files in it are still needed to put others back: then the next build does both.</summary>
    public void Dispose()
    {
        using (_lock)
        {
            if (!PublicationJournal.IsIn(_directory))
            {
                Remove(_directory, _lock);
            }
        }
    }

    private static void Remove(string directory, FileStream held)
    {
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

    private static SandboxConfigurationException Unwritable(string parent, Exception exception) => new(
        ErrorCode.HostWriteFailed, $"the folder '{parent}', in which outputs are collected, can't be written: {exception.Message} Make it writable. For steps and tests it is in $(IntermediateOutputPath); a call of the task can name another as StagingDirectory.", exception);

#pragma warning disable CA1416 // The library builds machines on Linux; a host without modes can't reach this.
    private static void Make(string directory, UnixFileMode mode) => Directory.CreateDirectory(directory, mode);
#pragma warning restore CA1416
}
