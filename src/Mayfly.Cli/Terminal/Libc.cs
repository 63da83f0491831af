using System.Runtime.InteropServices;

namespace Mayfly.Cli.Terminal;

/// <summary>The C library's calls on descriptors and terminals that .NET has no equal of.</summary>
internal static partial class Libc
{
    public const int Interrupted = 4;
    public const int BadDescriptor = 9;
    public const int TryAgain = 11;
    public const int BrokenPipe = 32;

    public const short PollIn = 1;
    public const short PollOut = 4;

    /// <summary>tcsetattr(3): at once, keeping what has been typed ahead.</summary>
    public const int Now = 0;

    /// <summary>ioctl_tty(2): the window's size.</summary>
    public const nuint GetWindowSize = 0x5413;

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, ref byte buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ref byte buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(ref PollDescriptor descriptor, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "isatty", SetLastError = true)]
    public static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int WindowSizeControl(int descriptor, nuint request, ref WindowSize size);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    public static partial int GetAttributes(int descriptor, ref byte attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    public static partial int SetAttributes(int descriptor, int when, ref byte attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    public static partial void MakeRaw(ref byte attributes);
}
