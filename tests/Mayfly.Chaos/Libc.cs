using System.Runtime.InteropServices;

namespace Mayfly.Chaos;

/// <summary>What kills.</summary>
internal static partial class Libc
{
    public const int SIGKILL = 9;
    public const int SIGSTOP = 19;

    /// <summary>Sends a signal; nothing happens where the process is gone.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int processId, int signal);
}
