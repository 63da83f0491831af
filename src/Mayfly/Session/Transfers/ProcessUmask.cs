namespace Mayfly.Session.Transfers;

/// <summary>
/// The process's umask, read from the kernel's report: the system call can only ask by changing it, which other
/// threads would notice.
/// </summary>
internal static class ProcessUmask
{
    private const string Key = "Umask:";

    /// <summary>The umask; 022 where the kernel does not tell.</summary>
    public static UnixFileMode Value { get; } = Read();

    private static UnixFileMode Read()
    {
        try
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
            return line is null ? Default : (UnixFileMode)Convert.ToInt32(line[Key.Length..].Trim(), 8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return Default;
        }
    }

    private static UnixFileMode Default => UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
}
