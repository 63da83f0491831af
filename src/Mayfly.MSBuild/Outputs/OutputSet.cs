using Mayfly.Diagnostics;
using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Outputs;

/// <summary>The files a command produced: checked while they wait, then put in place all or none.</summary>
internal sealed class OutputSet
{
    private readonly IReadOnlyList<(string Source, string Target)> _files;
    private readonly string _backups;

    private OutputSet(IReadOnlyList<(string Source, string Target)> files, string backups)
    {
        _files = files;
        _backups = backups;
    }

    /// <summary>Insists that the command produced everything it promised.</summary>
    /// <exception cref="SandboxTransferException">MAY1101.</exception>
    public static void RequireAll(IReadOnlyList<DeclaredOutput> outputs, SandboxJobResult result)
    {
        if (result.MissingOutputs.Count > 0)
        {
            var missing = result.MissingOutputs.Select(copy => outputs.First(wanted => wanted.GuestPath == copy.GuestPath));
            throw new SandboxTransferException(
                ErrorCode.TaskOutputMissing,
                $"the command {result.Exec.End} but did not produce {string.Join(", ", missing.Select(wanted => $"'{wanted.HostPath}' ('{wanted.GuestPath}' in the guest)"))}. No output was touched. Check the path the command writes to.");
        }
    }

    /// <summary>Looks through what waits in the staging area.</summary>
    /// <exception cref="SandboxTransferException">MAY1106: a link, or a folder where a file was promised, or the reverse.</exception>
    public static OutputSet Collect(IReadOnlyList<DeclaredOutput> outputs, StagingArea staging)
    {
        var files = new List<(string, string)>();
        for (var index = 0; index < outputs.Count; index++)
        {
            var wanted = outputs[index];
            var source = staging.PathOf(index);
            RefuseLink(new FileInfo(source), wanted);
            if (Directory.Exists(source) != wanted.IsDirectory)
            {
                throw Refused(wanted, wanted.IsDirectory ? "is a file; remove the trailing slash" : "is a folder; declare it with a trailing slash");
            }

            if (wanted.IsDirectory)
            {
                files.AddRange(FilesBelow(source, wanted));
            }
            else
            {
                files.Add((source, wanted.HostPath));
            }
        }

        return new OutputSet(files, staging.BackupDirectory);
    }

    /// <summary>Puts the files in place; where that fails, everything is as it was before.</summary>
    /// <returns>Where they are now.</returns>
    /// <exception cref="SandboxTransferException">MAY3014.</exception>
    public IReadOnlyList<string> Publish()
    {
        var done = new Stack<(string Target, string? Backup)>();
        try
        {
            foreach (var (source, target) in _files)
            {
                done.Push((target, Replace(source, target, Path.Combine(_backups, $"{done.Count}"))));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Undo(done);
            throw new SandboxTransferException(
                ErrorCode.HostWriteFailed, $"the outputs could not be put in place: {exception.Message} All of them are as they were before.", exception);
        }

        return [.. _files.Select(file => file.Target)];
    }

    /// <returns>Where the old file waits, if there was one.</returns>
    private static string? Replace(string source, string target, string backup)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        // The guest's clock must not decide what a build takes for newer.
        File.SetLastWriteTimeUtc(source, TimeProvider.System.GetUtcNow().UtcDateTime);
        if (!File.Exists(target))
        {
            File.Move(source, target);
            return null;
        }

        File.Replace(source, target, backup);
        return backup;
    }

    private static void Undo(Stack<(string Target, string? Backup)> done)
    {
        while (done.TryPop(out var step))
        {
            if (step.Backup is null)
            {
                File.Delete(step.Target);
            }
            else
            {
                File.Move(step.Backup, step.Target, overwrite: true);
            }
        }
    }

    private static IEnumerable<(string Source, string Target)> FilesBelow(string root, DeclaredOutput wanted)
    {
        // Recursion by EnumerateFileSystemInfos would follow links to folders before they could be refused.
        var pending = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (pending.TryPop(out var directory))
        {
            foreach (var entry in directory.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                RefuseLink(entry, wanted);
                RefuseUnprintable(entry, wanted);
                if (entry is DirectoryInfo child)
                {
                    pending.Push(child);
                }
                else
                {
                    yield return (entry.FullName, Path.Combine(wanted.HostPath, Path.GetRelativePath(root, entry.FullName)));
                }
            }
        }
    }

    private static void RefuseLink(FileSystemInfo entry, DeclaredOutput wanted)
    {
        if (entry.LinkTarget is not null)
        {
            throw Refused(wanted, $"holds the symbolic link '{GuestText.Neutralise(entry.Name)}', and links are not taken from a guest");
        }
    }

    /// <summary>The names go to other tasks, such as the compiler, which print them as they are.</summary>
    private static void RefuseUnprintable(FileSystemInfo entry, DeclaredOutput wanted)
    {
        if (GuestText.Neutralise(entry.Name) is var safe && safe != entry.Name)
        {
            throw Refused(wanted, $"holds '{safe}', in whose name are control characters or a command to a CI system, which are made visible here");
        }
    }

    private static SandboxTransferException Refused(DeclaredOutput wanted, string why) =>
        new(ErrorCode.TaskOutputRefused, $"the output '{wanted.HostPath}' ('{wanted.GuestPath}' in the guest) {why}. No output was touched.");
}
