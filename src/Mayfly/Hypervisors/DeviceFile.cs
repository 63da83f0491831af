namespace Mayfly.Hypervisors;

/// <summary>Whether this user has a device of the host's.</summary>
internal static class DeviceFile
{
    /// <summary>Why it can't be used, as a clause for people; null where it can.</summary>
    public static string? Objection(string path)
    {
        if (!File.Exists(path))
        {
            return $"{path} does not exist";
        }

        return OpeningFailure(path) is { } failure ? $"{path} can't be opened: {failure}" : null;
    }

    /// <summary>Why it can't be opened for reading and writing; null where it can.</summary>
    public static string? OpeningFailure(string path)
    {
        try
        {
            using var device = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
