namespace Mayfly.MSBuild.Outputs;

/// <summary>What is going to happen to files and folders, worked out before anything does.</summary>
/// <param name="Moves">First those that only give up their places.</param>
/// <param name="Removed">Folders that files are to replace, each behind those in it; nothing is in them but files that go.</param>
/// <param name="Made">Folders that are not there yet, each before those in it.</param>
internal sealed record PublicationPlan(IReadOnlyList<PublicationMove> Moves, IReadOnlyList<string> Removed, IReadOnlyList<string> Made)
{
    /// <summary>Works it out.</summary>
    /// <param name="area">Where the files wait.</param>
    /// <param name="files">What goes where.</param>
    /// <param name="superseded">What the step has made before and does not any more.</param>
    /// <param name="aside">Where files wait whose places are elsewhere.</param>
    /// <exception cref="IOException">A file or folder that is not the step's is in the way.</exception>
    public static PublicationPlan Of(
        string area, IReadOnlyList<(string Source, string Target)> files, IReadOnlyList<string> superseded, AsideFolders aside)
    {
        var targets = files.Select(file => file.Target).ToHashSet(StringComparer.Ordinal);
        var going = superseded.Where(path => !targets.Contains(path)).Concat(targets.Where(IsLink)).Where(IsThere).ToHashSet(StringComparer.Ordinal);
        IReadOnlyList<string> removed = [.. targets.Where(target => Directory.Exists(target) && !IsLink(target)).SelectMany(target => Emptied(target, going))];
        IReadOnlyList<string> made = [.. targets.SelectMany(target => Missing(target, going)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var moves = new List<PublicationMove>();
        foreach (var path in going)
        {
            moves.Add(new PublicationMove(moves.Count, null, path, false, aside.Find(path)));
        }

        foreach (var (source, target) in files)
        {
            moves.Add(new PublicationMove(moves.Count, Path.GetRelativePath(area, source), target, IsThere(target) && !going.Contains(target), aside.Find(target)));
        }

        return new PublicationPlan(moves, removed, made);
    }

    /// <summary>Whether there is a file or a link.</summary>
    public static bool IsThere(string path) => new FileInfo(path) is var file && (file.Exists || file.LinkTarget is not null);

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    /// <summary>The folders of a tree, each behind those in it.</summary>
    private static IEnumerable<string> Emptied(string target, HashSet<string> going)
    {
        foreach (var entry in new DirectoryInfo(target).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo && entry.LinkTarget is null)
            {
                foreach (var folder in Emptied(entry.FullName, going))
                {
                    yield return folder;
                }
            }
            else if (!going.Contains(entry.FullName))
            {
                throw new IOException($"'{target}' is a folder and the output of that name a file. In it is '{entry.FullName}', which the step has not made. Remove the folder, or name the output otherwise.");
            }
        }

        yield return target;
    }

    private static IEnumerable<string> Missing(string target, HashSet<string> going)
    {
        for (var folder = Path.GetDirectoryName(target); folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            if (IsThere(folder) && !going.Contains(folder))
            {
                throw new IOException($"'{folder}' is a file that the step has not made, and has to be a folder for the output '{target}'. Remove the file, or name the output otherwise.");
            }

            yield return folder;
        }
    }
}
