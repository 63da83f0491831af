namespace Mayfly.MSBuild.Outputs;

/// <summary>The folders in which files of a step may be written and removed: the project's own.</summary>
/// <param name="Paths">Absolute, without a trailing slash.</param>
internal sealed record AllowedRoots(IReadOnlyList<string> Paths)
{
    /// <summary>Places in them that are kept from a guest.</summary>
    public ReservedPlaces Reserved { get; init; } = ReservedPlaces.None;

    /// <summary>Whether a file lies in one of them by its name, and no link in its folder's path leads out of them all.</summary>
    public bool Hold(string file)
    {
        if (Path.GetFullPath(file) != file || !Paths.Any(root => IsBelow(file, root)))
        {
            return false;
        }

        try
        {
            var folder = RealPath.Of(Path.GetDirectoryName(file)!);
            return Paths.Select(RealPath.Of).Any(root => folder == root || IsBelow(folder, root));
        }
        catch (IOException)
        {
            // Links in a circle lead nowhere.
            return false;
        }
    }

    private static bool IsBelow(string path, string root) =>
        path.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
