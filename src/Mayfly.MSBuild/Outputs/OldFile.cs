namespace Mayfly.MSBuild.Outputs;

/// <summary>A file that a step has put in place and that is to go.</summary>
internal static class OldFile
{
    /// <summary>Deletes it. One that is gone already, with or without its folder, is as good as deleted.</summary>
    /// <exception cref="IOException">It can't be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody has been here before.
        }
    }
}
