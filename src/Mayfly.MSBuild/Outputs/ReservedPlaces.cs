namespace Mayfly.MSBuild.Outputs;

/// <summary>Places in a project's folders that a guest may not fill, because the build, or Mayfly itself, goes by what is there.</summary>
/// <param name="Whole">Absolute folders that are no outputs themselves, nor is a folder that they are in.</param>
/// <param name="Intermediate">Of the build's own, also absolute: what a restore leaves there is imported and believed, and Mayfly's folder is below.</param>
/// <param name="Private">Mayfly's own: nothing in them is an output either.</param>
internal sealed record ReservedPlaces(IReadOnlyList<string> Whole, IReadOnlyList<string> Intermediate, IReadOnlyList<string> Private)
{
    private const string OwnFolder = "mayfly";

    /// <summary>No such place.</summary>
    public static ReservedPlaces None { get; } = new([], [], []);

    /// <summary>Those of a project.</summary>
    /// <param name="project">Its folder, with <c>bin</c> and <c>obj</c>.</param>
    /// <param name="whole">More of them; blank ones are none.</param>
    /// <param name="intermediate">More like <c>obj</c>.</param>
    /// <param name="own">Where Mayfly keeps outputs that wait, stamps and logs.</param>
    public static ReservedPlaces Of(string project, IEnumerable<string> whole, IEnumerable<string> intermediate, IEnumerable<string> own) => new(
        [project, .. Absolute(whole.Append("bin"), project)],
        Absolute(intermediate.Append("obj"), project),
        // Where somebody keeps logs in the project's own folder, they can't be kept apart.
        [.. Absolute(own, project).Where(folder => !IsAtOrBelow(project, folder))]);

    /// <summary>Why a path can't be declared as an output; null where it can.</summary>
    public string? FaultOf(string path, bool isDirectory)
    {
        var (folder, name) = (Path.GetDirectoryName(path)!, Path.GetFileName(path));
        var paths = isDirectory ? WithReal([path]) : [path, .. WithReal([folder]).Select(parent => Path.Join(parent, name))];
        return WithReal([.. Whole, .. Intermediate, .. Private]).Any(reserved => paths.Any(candidate => IsAtOrBelow(reserved, candidate)))
            ? "is the project directory, one of its output folders or a parent of them, where a guest could drop files that the build obeys. Name a file or a folder of its own inside"
            : isDirectory ? FaultOfFiles(path, []) : FaultOfFiles(folder, [name]);
    }

    /// <summary>Why files can't be put into a folder; null where they can.</summary>
    public string? FaultOfFiles(string folder, IEnumerable<string> names)
    {
        var folders = WithReal([folder]);
        var intermediate = WithReal(Intermediate);
        return folders.Any(path => WithReal(Private).Any(own => IsAtOrBelow(path, own)) || intermediate.Any(parent => IsOwn(path, parent)))
            ? "lies in a folder in which Mayfly keeps what it goes by itself. Name another place, and for StagingDirectory and LogDirectory folders of their own"
            : folders.Intersect(intermediate).Any() && names.FirstOrDefault(ConfigurationFile.IsOfRestore) is { } name
            ? $"is '{name}' in a folder whose files of such names MSBuild imports or believes. Put it into a folder of its own inside"
            : null;
    }

    /// <summary>Whatever build made it, of whatever configuration.</summary>
    private static bool IsOwn(string path, string intermediate) =>
        IsAtOrBelow(path, intermediate) && Path.GetRelativePath(intermediate, path).Split(Path.DirectorySeparatorChar).Contains(OwnFolder, StringComparer.Ordinal);

    /// <summary>The SDK writes some of its folders with backslashes.</summary>
    private static IReadOnlyList<string> Absolute(IEnumerable<string> folders, string project) =>
        [.. folders.Where(folder => folder.Length > 0).Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Replace('\\', '/'), project)))];

    /// <summary>A link must not make another place of one.</summary>
    private static IReadOnlyList<string> WithReal(IReadOnlyList<string> paths)
    {
        try
        {
            return [.. paths.Concat(paths.Select(RealPath.Of)).Distinct(StringComparer.Ordinal)];
        }
        catch (IOException)
        {
            // Links in a circle lead nowhere, and no root holds what is behind them.
            return paths;
        }
    }

    private static bool IsAtOrBelow(string path, string folder) =>
        path == folder || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
