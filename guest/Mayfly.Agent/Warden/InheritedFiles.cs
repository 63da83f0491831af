using System.Globalization;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden;

/// <summary>What whoever started this process had open by accident, such as the pipe that a build waits for the end of.</summary>
internal static class InheritedFiles
{
    private const int FirstBesideStreams = 3;

    /// <summary>
    /// Closes them, but for the standard streams. They are those that are not closed by another exec: they have survived one,
    /// while everything that the runtime opens for itself is marked.
    /// </summary>
    public static void Close()
    {
        using var directory = Libc.Open("/proc/self/fd", Linux.O_RDONLY | LinuxX64.O_DIRECTORY | Linux.O_CLOEXEC, 0);
        if (directory.IsInvalid)
        {
            return;
        }

        var inherited = new List<int>();
        var reader = new DirectoryReader(directory);
        while (reader.Next())
        {
            if (int.TryParse(reader.NameText, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= FirstBesideStreams && !IsMarked(number))
            {
                inherited.Add(number);
            }
        }

        foreach (var number in inherited)
        {
            _ = Libc.SystemCall(LinuxX64.SYS_close, number, 0, 0, 0);
        }
    }

    private static bool IsMarked(int number) => (Libc.SystemCall(LinuxX64.SYS_fcntl, number, Linux.F_GETFD, 0, 0) & Linux.FD_CLOEXEC) != 0;
}
