using Mayfly.Diagnostics;
using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;

namespace Mayfly.MSBuild.Outputs;

/// <summary>The files a command produced: checked while they wait, then put in place all or none.</summary>
internal sealed class OutputSet
{
    private readonly IReadOnlyList<(string Source, string Target)> _files;
    private readonly string _area;

    private OutputSet(IReadOnlyList<(string Source, string Target)> files, string area)
    {
        _files = files;
        _area = area;
    }

    /// <summary>Insists that the command produced everything it promised, and all of it could be taken.</summary>
    /// <exception cref="SandboxTransferException">MAY1101 or MAY1106.</exception>
    public static void RequireAll(IReadOnlyList<DeclaredOutput> outputs, SandboxJobResult result)
    {
        if (result.MissingOutputs.Count > 0)
        {
            var missing = result.MissingOutputs.Select(copy => outputs.First(wanted => wanted.GuestPath == copy.GuestPath));
            throw new SandboxTransferException(
                ErrorCode.TaskOutputMissing,
                $"the command {result.Exec.End} but did not produce {string.Join(", ", missing.Select(wanted => $"'{wanted.HostPath}' ('{wanted.GuestPath}' in the guest)"))}. No output was touched. Check the path the command writes to.");
        }

        foreach (var copy in result.IncompleteOutputs)
        {
            throw Refused(
                outputs.First(wanted => wanted.GuestPath == copy.GuestPath),
                "holds a device, a FIFO, a socket or a name that is no UTF-8, which are not taken from a guest");
        }
    }

    /// <summary>Looks through what waits in the staging area.</summary>
    /// <exception cref="SandboxTransferException">MAY1106: a link, a name that is none, or a folder where a file was promised, or the reverse.</exception>
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

        return new OutputSet(files, staging.Path);
    }

    /// <summary>
    /// Puts the files in place; where that fails, everything is as it was before, and where it is killed, the next build sees to that.
    /// </summary>
    /// <param name="roots">Where they may land.</param>
    /// <param name="stampPath">The stamp that says the old ones are current, which ends before they change; null for none.</param>
    /// <param name="lastFiles">What was made the last time: it goes with the same stroke, unless it is made again.</param>
    /// <param name="keepsUnchanged">Whether files that are there already, with the same bytes and mode, stay, time stamp and all.</param>
    /// <returns>Where they are now, those that stayed among them.</returns>
    /// <exception cref="SandboxTransferException">MAY1106: a link leads out of the folders. MAY3014: the host can't write.</exception>
    public IReadOnlyList<string> Publish(
        AllowedRoots roots, string? stampPath = null, IReadOnlyList<string>? lastFiles = null, bool keepsUnchanged = false)
    {
        var last = (lastFiles ?? []).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<string> going = [.. last.Where(roots.Hold)];
        if (_files.Count == 0 && going.Count == 0)
        {
            return [];
        }

        IReadOnlyList<string> targets = [.. _files.Select(file => file.Target)];
        // Not those that take the place of somebody's: a stamp that names them is what Clean goes by, and they may yet be put back.
        IReadOnlyList<string> own = [.. targets.Where(target => last.Contains(target) || !PublicationPlan.IsThere(target))];

        PublicationJournal? journal = null;
        try
        {
            RequireInside(roots);
            var files = keepsUnchanged ? [.. _files.Where(file => !SameFile.IsAt(file.Source, file.Target))] : _files;
            Prepare(files);
            if (stampPath is not null)
            {
                StepStamp.Invalidate(stampPath);
            }

            journal = PublicationJournal.Begin(_area, files, [.. going.Except(_files.Except(files).Select(file => file.Target), StringComparer.Ordinal)], roots);
            journal.Perform();
            if (stampPath is not null)
            {
                // Where the build is killed before it writes the stamp, these would be nobody's.
                StepStamp.Add(stampPath, own);
            }

            journal.End();
        }
        catch (SandboxTransferException) when (journal is not null)
        {
            TryUndo(journal, roots);
            throw;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var state = TryUndo(journal, roots) ? "All of them are as they were before." : "Not all of the old ones could be put back; the next build tries again.";
            throw new SandboxTransferException(
                ErrorCode.HostWriteFailed,
                $"the outputs could not be put in place: {exception.Message.TrimEnd('.')}. {state} Make the folders writable that they go to.",
                exception);
        }

        return targets;
    }

    /// <summary>What could not be undone stays written down.</summary>
    private static bool TryUndo(PublicationJournal? journal, AllowedRoots roots)
    {
        try
        {
            return journal is null || journal.Undo(roots).Count == 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void RequireInside(AllowedRoots roots)
    {
        foreach (var folder in _files.GroupBy(file => Path.GetDirectoryName(file.Target)!))
        {
            if (!roots.Hold(folder.First().Target))
            {
                throw new SandboxTransferException(
                    ErrorCode.TaskOutputRefused,
                    $"the output '{folder.First().Target}' lies behind a symbolic link that leads out of the project's folders. No output was touched. Remove the link, or name the folder that it leads to in OutputRoots, for steps and tests by the property MayflyOutputRoots.");
            }

            if (roots.Reserved.FaultOfFiles(folder.Key, folder.Select(file => Path.GetFileName(file.Target))) is { } fault)
            {
                throw new SandboxTransferException(ErrorCode.TaskOutputRefused, $"the output '{folder.First().Target}' {fault}. No output was touched.");
            }
        }
    }

    private static void Prepare(IReadOnlyList<(string Source, string Target)> files)
    {
        foreach (var (source, _) in files)
        {
            // The guest's clock must not decide what a build takes for newer.
            File.SetLastWriteTimeUtc(source, TimeProvider.System.GetUtcNow().UtcDateTime);
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
                RefuseName(entry, wanted);
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

    private static void RefuseName(FileSystemInfo entry, DeclaredOutput wanted)
    {
        if (GuestFileName.FaultOf(entry.Name, wanted.AllowsConfigurationFiles) is { } fault)
        {
            throw Refused(wanted, fault);
        }
    }

    private static SandboxTransferException Refused(DeclaredOutput wanted, string why) =>
        new(ErrorCode.TaskOutputRefused, $"the output '{wanted.HostPath}' ('{wanted.GuestPath}' in the guest) {why}. No output was touched.");
}
