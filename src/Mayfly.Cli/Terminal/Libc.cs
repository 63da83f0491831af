using System.Runtime.InteropServices;

namespace Mayfly.Cli.Terminal;

/// <summary>The C library's calls on descriptors and terminals that .NET has no equal of.</summary>
internal static unsafe partial class Libc
{
    public const int Interrupted = 4;
    public const int BadDescriptor = 9;
    public const int TryAgain = 11;
    public const int BrokenPipe = 32;

    private const int GetDescriptorFlags = 1;
    private const int SetDescriptorFlags = 2;
    private const nint CloseOnExecFlag = 1;

    public const short PollIn = 1;
    public const short PollOut = 4;

    /// <summary>O_CLOEXEC.</summary>
    public const int OpenCloseOnExec = 0x80000;

    /// <summary>tcsetattr(3): at once, keeping what has been typed ahead.</summary>
    public const int Now = 0;

    /// <summary>ioctl_tty(2): the window's size.</summary>
    public const nuint GetWindowSize = 0x5413;

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, ref byte buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, ref byte buffer, nuint count);

    /// <summary>SEEK_CUR.</summary>
    public const int FromCurrent = 1;

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(ref PollDescriptor descriptor, nuint count, int timeoutMs);

    /// <summary>SIG_DFL.</summary>
    public const nint DefaultAction = 0;

    [LibraryImport("libc", EntryPoint = "execvp", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Execute(string program, nint* arguments);

    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint SetAction(int signal, nint action);

    [LibraryImport("libc", EntryPoint = "dup3", SetLastError = true)]
    public static partial int Duplicate(SafeHandle descriptor, int number, int flags);

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    public static partial int NewSession();

    /// <summary>Keeps a descriptor from programs that this process starts.</summary>
    public static void CloseOnExec(SafeHandle descriptor) => _ = Control(descriptor, SetDescriptorFlags, CloseOnExecFlag);

    /// <summary>Whether programs that this process starts have the descriptor as well, as this one has from who started it.</summary>
    public static bool IsInheritable(int descriptor) => Control(descriptor, GetDescriptorFlags, 0) == 0;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeHandle descriptor, int command, nint argument);

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
