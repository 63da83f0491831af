using System.Security.Cryptography;
using Mayfly.Diagnostics;

namespace Mayfly.MSBuild.Outputs;

/// <summary>
/// A private folder in which outputs wait until all of them are there. It is on the same file system as the project's
/// own, so that a rename puts them in place. A held lock file beside it tells that it is in use; what a killed build
/// left behind is removed by the next one.
/// </summary>
internal sealed class StagingArea : IDisposable
{
    private const string Prefix = "run-";
    private const string LockSuffix = ".lock";
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
        Make(BackupDirectory, OwnerOnly);
    }

    /// <summary>An empty folder, pushed where the guest needs one.</summary>
    public string EmptyDirectory => Path.Combine(_directory, "empty");

    /// <summary>Where files wait that are being replaced.</summary>
    public string BackupDirectory => Path.Combine(_directory, "old");

    /// <summary>Makes an area in a folder, which is made if missing, and removes those that nobody uses any more.</summary>
    /// <exception cref="SandboxConfigurationException">MAY3014: the folder can't be written.</exception>
    public static StagingArea Create(string parent)
    {
        try
        {
            Directory.CreateDirectory(parent);
            RemoveAbandoned(parent);
            var directory = Path.Combine(parent, Prefix + RandomNumberGenerator.GetHexString(16, lowercase: true));
            return new StagingArea(directory, new FileStream(directory + LockSuffix, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SandboxConfigurationException(
                ErrorCode.HostWriteFailed, $"the folder '{parent}', in which outputs are collected, can't be written: {exception.Message} Make it writable or set StagingDirectory.", exception);
        }
    }

    /// <summary>Where the output of that number is put.</summary>
    public string PathOf(int index) => Path.Combine(_directory, $"{index}");

    /// <inheritdoc/>
    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        File.Delete(_lock.Name);
        _lock.Dispose();
    }

    private static void RemoveAbandoned(string parent)
    {
        foreach (var path in Directory.EnumerateFiles(parent, $"{Prefix}*{LockSuffix}"))
        {
            try
            {
                using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                var directory = path[..^LockSuffix.Length];
                if (Directory.Exists(directory))
                {
                    Directory.Delete(directory, recursive: true);
                }

                File.Delete(path);
            }
            catch (IOException)
            {
                // In use, or just being removed by another build.
            }
        }
    }

#pragma warning disable CA1416 // The library builds machines on Linux; a host without modes can't reach this.
    private static void Make(string directory, UnixFileMode mode) => Directory.CreateDirectory(directory, mode);
#pragma warning restore CA1416
}
