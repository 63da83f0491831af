using System.Runtime.InteropServices;

namespace Mayfly.Cli.Tests.Harness;

internal static partial class Libc
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Terminate = 15;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int processId, int signal);
}
