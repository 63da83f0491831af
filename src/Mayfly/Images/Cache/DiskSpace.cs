namespace Mayfly.Images.Cache;

/// <summary>The room on the disk of a folder.</summary>
internal static class DiskSpace
{
    // A page or two may be left that nobody gets, and file systems keep a little for themselves.
    private const long Least = 256 * 1024;

    /// <summary>Whether there is none left.</summary>
    public static bool IsUsedUp(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace < Least;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
