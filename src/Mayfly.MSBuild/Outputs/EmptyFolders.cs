namespace Mayfly.MSBuild.Outputs;

/// <summary>Folders that are left when the files in them are gone.</summary>
internal static class EmptyFolders
{
    /// <summary>
    /// Removes each of the folders, and those it is in, as far as they are empty and lie below the roots. A link to a folder stays, and so
    /// does what can't be removed.
    /// </summary>
    /// <param name="folders">Absolute paths; a folder that is gone already counts as empty.</param>
    /// <param name="roots">Stay themselves.</param>
    public static void Remove(IEnumerable<string> folders, AllowedRoots roots)
    {
        foreach (var folder in folders.Distinct(StringComparer.Ordinal))
        {
            for (var path = folder; path is not null && IsRemovable(path, roots) && TryDelete(path); path = Path.GetDirectoryName(path))
            {
            }
        }
    }

    private static bool IsRemovable(string path, AllowedRoots roots) =>
        !roots.Paths.Contains(path, StringComparer.Ordinal) && roots.Hold(path) && new FileInfo(path).LinkTarget is null;

    private static bool TryDelete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: false);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else's files are in there, as a rule.
            return false;
        }
    }
}
